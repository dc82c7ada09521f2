// The columns of SimBench's tables in the words of the twins, which are pandapower's wherever they mean the same.
// C1  an attribute has its unit in its name; factors turn the file's unit into it (A into kA, parts into percent)
// C2  a column that is not listed keeps its own name
// Source    SimBench documentation, "Data format"; the Python package simbench, converter/format_information.py

export interface Column {
  attribute: string;
  holds: "number" | "text" | "flag";
  factor?: number;
}

const number = (attribute: string, factor?: number): Column => ({
  attribute,
  holds: "number",
  ...(factor === undefined ? {} : { factor }),
});
const text = (attribute: string): Column => ({ attribute, holds: "text" });
const flag = (attribute: string): Column => ({ attribute, holds: "flag" });

const KA_PER_A = 1e-3;
const PERCENT = 100;

/** Of elements of every table. */
const COMMON = { subnet: text("subnet"), voltLvl: number("voltLvl"), substation: text("substation") };
const POWER_LIMITS = {
  pMin: number("minPMw"),
  pMax: number("maxPMw"),
  qMin: number("minQMvar"),
  qMax: number("maxQMvar"),
};
const OF_GENERATORS = {
  ...COMMON,
  node: text("bus"),
  type: text("type"),
  profile: text("profile"),
  calc_type: text("calcType"),
  dspf: number("slackWeight"),
  sR: number("snMva"),
  ...POWER_LIMITS,
};

export const COLUMNS: Readonly<Record<string, Readonly<Record<string, Column>>>> = {
  Node: {
    ...COMMON,
    type: text("type"),
    vmSetp: number("vmSetpPu"),
    vaSetp: number("vaSetpDegree"),
    vmR: number("vnKv"),
    vmMin: number("minVmPu"),
    vmMax: number("maxVmPu"),
    coordID: text("coordId"),
  },
  Coordinates: { ...COMMON, x: number("x"), y: number("y") },
  Line: {
    ...COMMON,
    nodeA: text("fromBus"),
    nodeB: text("toBus"),
    type: text("stdType"),
    length: number("lengthKm"),
    loadingMax: number("maxLoadingPercent"),
  },
  LineType: {
    r: number("rOhmPerKm"),
    x: number("xOhmPerKm"),
    b: number("bUsPerKm"),
    iMax: number("maxIKa", KA_PER_A),
    type: text("type"),
  },
  DCLineType: {
    pDCLine: number("pMw"),
    relPLosses: number("lossPercent"),
    fixPLosses: number("lossMw"),
    pMax: number("maxPMw"),
    qMinA: number("minQFromMvar"),
    qMinB: number("minQToMvar"),
    qMaxA: number("maxQFromMvar"),
    qMaxB: number("maxQToMvar"),
  },
  Transformer: {
    ...COMMON,
    nodeHV: text("hvBus"),
    nodeLV: text("lvBus"),
    type: text("stdType"),
    tappos: number("tapPos"),
    autoTap: flag("autoTap"),
    autoTapSide: text("autoTapSide"),
    loadingMax: number("maxLoadingPercent"),
  },
  TransformerType: {
    sR: number("snMva"),
    vmHV: number("vnHvKv"),
    vmLV: number("vnLvKv"),
    va0: number("shiftDegree"),
    vmImp: number("vkPercent"),
    pCu: number("pcuKw"),
    pFe: number("pfeKw"),
    iNoLoad: number("i0Percent"),
    tapable: flag("tapable"),
    tapside: text("tapSide"),
    dVm: number("tapStepPercent"),
    dVa: number("tapStepDegree"),
    tapNeutr: number("tapNeutral"),
    tapMin: number("tapMin"),
    tapMax: number("tapMax"),
  },
  Transformer3W: {
    ...COMMON,
    nodeHV: text("hvBus"),
    nodeMV: text("mvBus"),
    nodeLV: text("lvBus"),
    type: text("stdType"),
    tapposHV: number("tapPos"),
    tapposMV: number("tapPosMv"),
    tapposLV: number("tapPosLv"),
    autoTap: flag("autoTap"),
    autoTapSide: text("autoTapSide"),
    loadingMax: number("maxLoadingPercent"),
  },
  // pandapower's vk_mv_percent is between medium and low voltage, and vk_lv_percent between high and low.
  Transformer3WType: {
    sRHV: number("snHvMva"),
    sRMV: number("snMvMva"),
    sRLV: number("snLvMva"),
    vmHV: number("vnHvKv"),
    vmMV: number("vnMvKv"),
    vmLV: number("vnLvKv"),
    vaHVMV: number("shiftMvDegree"),
    vaHVLV: number("shiftLvDegree"),
    vmImpHVMV: number("vkHvPercent"),
    vmImpMVLV: number("vkMvPercent"),
    vmImpHVLV: number("vkLvPercent"),
    pCuHV: number("pcuHvKw"),
    pCuMV: number("pcuMvKw"),
    pCuLV: number("pcuLvKw"),
    pFe: number("pfeKw"),
    iNoLoad: number("i0Percent"),
    tapable: flag("tapable"),
    tapside: text("tapSide"),
    dVmHV: number("tapStepPercent"),
    dVmMV: number("tapStepMvPercent"),
    dVmLV: number("tapStepLvPercent"),
    dVaHV: number("tapStepDegree"),
    dVaMV: number("tapStepMvDegree"),
    dVaLV: number("tapStepLvDegree"),
    tapNeutrHV: number("tapNeutral"),
    tapNeutrMV: number("tapNeutralMv"),
    tapNeutrLV: number("tapNeutralLv"),
    tapMinHV: number("tapMin"),
    tapMinMV: number("tapMinMv"),
    tapMinLV: number("tapMinLv"),
    tapMaxHV: number("tapMax"),
    tapMaxMV: number("tapMaxMv"),
    tapMaxLV: number("tapMaxLv"),
  },
  Switch: {
    ...COMMON,
    nodeA: text("bus"),
    nodeB: text("element"),
    type: text("type"),
    cond: flag("closed"),
  },
  ExternalNet: {
    ...OF_GENERATORS,
    pExtNet: number("pMw"),
    qExtNet: number("qMvar"),
    pWardShunt: number("pzMw"),
    qWardShunt: number("qzMvar"),
    rXWard: number("rOhm"),
    xXWard: number("xOhm"),
    vmXWard: number("vmXWardPu"),
  },
  PowerPlant: { ...OF_GENERATORS, pPP: number("pMw"), qPP: number("qMvar") },
  RES: { ...OF_GENERATORS, pRES: number("pMw"), qRES: number("qMvar") },
  Load: {
    ...COMMON,
    node: text("bus"),
    profile: text("profile"),
    pLoad: number("pMw"),
    qLoad: number("qMvar"),
    sR: number("snMva"),
  },
  Storage: {
    ...COMMON,
    node: text("bus"),
    type: text("type"),
    profile: text("profile"),
    pStor: number("pMw"),
    qStor: number("qMvar"),
    chargeLevel: number("socPercent", PERCENT),
    sR: number("snMva"),
    eStore: number("maxEMwh"),
    etaStore: number("etaStore"),
    sdStore: number("sdStore"),
    ...POWER_LIMITS,
  },
  Shunt: {
    ...COMMON,
    node: text("bus"),
    p0: number("pMw"),
    q0: number("qMvar"),
    vmR: number("vnKv"),
    step: number("step"),
  },
  Measurement: { ...COMMON, element1: text("element1"), element2: text("element2"), variable: text("variable") },
  NodePFResult: { ...COMMON, node: text("bus"), vm: number("vmPu"), va: number("vaDegree") },
  Substation: COMMON,
  StudyCases: { "Study Case": text("studyCase"), "Study Cases": text("studyCase"), voltLvl: number("voltLvl") },
};

/** Of each of these, columns are profiles of the same length. */
export const PROFILE_TABLES = ["LoadProfile", "PowerPlantProfile", "RESProfile", "StorageProfile"] as const;

export const TABLES: ReadonlySet<string> = new Set([...Object.keys(COLUMNS), ...PROFILE_TABLES]);
