// The commands of OpenDSS and the options of Set.
// Fed by    the first word of a line, or the name before a `=` of a Set
// Gives     the command or option that it means, which may be written short
// K1  a shortened word means the first command or option, in OpenDSS's order, that begins with it
// Source    the help of OpenDSS, Commands and Options; order as in DSS C-API 0.15

/** What becomes of a command: carried out here, of no effect on the network, or one that would change it. */
export type Effect = "carriedOut" | "none" | "changes";

const CARRIED_OUT: ReadonlySet<string> = new Set(
  `new edit more m ~ select enable disable compile set open close redirect clear setkvbase calcvoltagebases buscoords
  latlongcoords giscoords setbusxy batchedit var clearall`.split(/\s+/),
);

const CHANGES: ReadonlySet<string> = new Set(
  `allocateloads makeposseq reduce rotate distribute estimate reconductor setloadandgenkv rephase updatestorage
  obfuscate remove clone aggregateprofiles tear_circuit`.split(/\s+/),
);

const COMMANDS =
  `New Edit More M ~ Select Save Show Solve Enable Disable Plot Reset Compile Set Dump Open Close // Redirect Help
  Quit ? Next Panel Sample Clear About Calcvoltagebases SetkVBase BuildY Get Init Export Fileedit Voltages Currents Powers
  Seqvoltages Seqcurrents Seqpowers Losses Phaselosses Cktlosses Allocateloads Formedit Totals Capacity Classes Userclasses Zsc
  Zsc10 ZscRefresh Ysc puvoltages VarValues Varnames Buscoords MakeBusList MakePosSeq Reduce Interpolate AlignFile TOP Rotate
  Vdiff Summary Distribute DI_plot Comparecases YearlyCurves CD Visualize CloseDI DOScmd Estimate Reconductor _InitSnap
  _SolveNoControl _SampleControls _DoControlActions _ShowControlQueue _SolveDirect _SolvePFlow AddBusMarker Uuids
  SetLoadAndGenKV CvrtLoadshapes NodeDiff Rephase SetBusXY UpdateStorage Obfuscate LatLongCoords BatchEdit Pstcalc Variable
  ReprocessBuses ClearBusMarkers RelCalc var Cleanup FinishTimeStep NodeList Connect Disconnect Remove CalcIncMatrix
  CalcIncMatrix_O Refine_BusLevels CalcLaplacian ExportOverloads ExportVViolations Zsc012 AllPCEatBus AllPDEatBus TotalPowers
  GISCoords ClearAll COMHelp FirstObj NextObj CountObj ActiveObj ClassMembers NewActor Wait SolveAll AggregateProfiles
  Tear_Circuit Abort Clone PushCompatFlags PopCompatFlags SetCompatFlag UnsetCompatFlag ClearCompatFlags ExportOverloads
  GISPlotCircuit GISShowBus GISFindRoute GISGetRoute GISPlotPoints GISClearMap GISDrawLine GISSelect GISStopSelect WindowRefresh
  Start_Diakoptics RefineIncMatrix`.split(/\s+/);

const OPTIONS =
  `type element hour sec year frequency stepsize mode random number time class object circuit editor tolerance
  maxiterations h Loadmodel Loadmult normvminpu normvmaxpu emergvminpu emergvmaxpu %mean %stddev LDCurve %growth Genkw Genpf
  CapkVAR Addtype Allowduplicates Zonelock UEweight Lossweight UEregs Lossregs Voltagebases Algorithm Trapezoidal Autobuslist
  Controlmode Tracecontrol Genmult Defaultdaily Defaultyearly Allocationfactors Cktmodel Pricesignal Pricecurve Terminal
  Basefrequency Harmonics Maxcontroliter Bus Datapath KeepList ReduceOption DemandInterval %Normal DIVerbose Casename Markercode
  Nodewidth Log Recorder Overloadreport Voltexceptionreport Cfactors ShowExport Numallociterations DefaultBaseFrequency
  Markswitches Switchmarkercode Daisysize Marktransformers TransMarkerCode TransMarkerSize LoadShapeClass EarthModel QueryLog
  MarkCapacitors MarkRegulators MarkPVSystems MarkStorage CapMarkerCode RegMarkerCode PVMarkerCode StoreMarkerCode CapMarkerSize
  RegMarkerSize PVMarkerSize StoreMarkerSize NeglectLoadY MarkFuses FuseMarkerCode FuseMarkerSize MarkReclosers
  RecloserMarkerCode RecloserMarkerSize RegistryUpdate MarkRelays RelayMarkerCode RelayMarkerSize ProcessTime TotalTime StepTime
  SampleEnergyMeters MinIterations OpenDSSViewer KeepLoad Zmag SeasonRating SeasonSignal LineTypes EventLogDefault
  LongLineCorrection ShowReports NumCPUs NumCores NumActors ActiveActor CPU ActorProgress Parallel ConcatenateReports NUMANodes
  Coverage Num_SubCircuits ADiakoptics LinkBranches IgnoreGenQLimits NCIMQGain StateVar PyPath IterNumber CtrlIterNumber
  InjCurrent ITerminal YPrim IntegrationFlag AllowForms AllowProgressBar UseMyLinkBranches GISInstall GISColor GISThickness GISCoords`.split(
    /\s+/,
  );

const COMMANDS_BY_KEY = new Map(COMMANDS.map((name) => [name.toLowerCase(), name]));
const OPTIONS_BY_KEY = new Map(OPTIONS.map((name) => [name.toLowerCase(), name]));

export function commandOf(word: string): string | undefined {
  return named(word, COMMANDS_BY_KEY);
}

export function optionOf(word: string): string | undefined {
  return named(word, OPTIONS_BY_KEY);
}

/** The option at a place in OpenDSS's order, for a value that stands in a Set without a name. */
export function optionAt(place: number): string | undefined {
  return OPTIONS[place];
}

export function effectOf(command: string): Effect {
  const key = command.toLowerCase();
  return CARRIED_OUT.has(key) ? "carriedOut" : CHANGES.has(key) ? "changes" : "none";
}

function named(word: string, byKey: ReadonlyMap<string, string>): string | undefined {
  const key = word.toLowerCase();
  if (key === "") return undefined;
  const exact = byKey.get(key);
  if (exact !== undefined) return exact;
  for (const [full, name] of byKey) if (full.startsWith(key)) return name;
  return undefined;
}
