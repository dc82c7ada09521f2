// The columns of MATPOWER's tables by the names that idx_bus, idx_gen, idx_brch, idx_cost and idx_dcline give them.
// Source: MATPOWER User's Manual, appendix B (data file format), tables B-1 to B-5

const numbered = (names: string, first = 1): [string, number][] =>
  names.split(" ").map((name, index) => [name, first + index]);

/** What `[PQ, PV, ...] = idx_bus` gives, in that order. */
export const IDX: Record<string, [string, number][]> = {
  idx_bus: [
    ...numbered("PQ PV REF NONE"),
    ...numbered("BUS_I BUS_TYPE PD QD GS BS BUS_AREA VM VA BASE_KV ZONE VMAX VMIN LAM_P LAM_Q MU_VMAX MU_VMIN"),
  ],
  idx_gen: [
    ...numbered("GEN_BUS PG QG QMAX QMIN VG MBASE GEN_STATUS PMAX PMIN"),
    ...numbered("MU_PMAX MU_PMIN MU_QMAX MU_QMIN", 22),
    ...numbered("PC1 PC2 QC1MIN QC1MAX QC2MIN QC2MAX RAMP_AGC RAMP_10 RAMP_30 RAMP_Q APF", 11),
  ],
  idx_brch: [
    ...numbered("F_BUS T_BUS BR_R BR_X BR_B RATE_A RATE_B RATE_C TAP SHIFT BR_STATUS"),
    ...numbered("PF QF PT QT MU_SF MU_ST", 14),
    ...numbered("ANGMIN ANGMAX", 12),
    ...numbered("MU_ANGMIN MU_ANGMAX", 20),
  ],
  // In MATPOWER these are the fields of one struct: c = idx_dcline.
  idx_dcline: numbered("F_BUS T_BUS BR_STATUS PF PT QF QT VF VT PMIN PMAX QMINF QMAXF QMINT QMAXT LOSS0 LOSS1"),
  idx_cost: [...numbered("PW_LINEAR POLYNOMIAL"), ...numbered("MODEL STARTUP SHUTDOWN NCOST COST")],
};
