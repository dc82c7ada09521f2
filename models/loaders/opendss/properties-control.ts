// Properties of what watches, switches or steers other elements; written as in properties-circuit.ts.

const CONTROL = "basefreq=baseFrequencyHz# enabled? like";
const PROTECTS = "MonitoredObj>* MonitoredTerm# SwitchedObj>* SwitchedTerm#";

export const CONTROL_CLASSES: Record<string, string> = {
  RegControl: `transformer>Transformer winding# vreg=vRegV# band=bandV# ptratio=ptRatio# CTprim=ctPrimaryA# R=rV# X=xV# bus@
    delay=delayS# reversible? revvreg=reverseVRegV# revband=reverseBandV# revR=reverseRV# revX=reverseXV# tapdelay=tapDelayS#
    debugtrace? maxtapchange=maxTapChange# inversetime? tapwinding=tapWinding# vlimit=vLimitV# PTphase
    revThreshold=reverseThresholdKw# revDelay=reverseDelayS# revNeutral? EventLog? RemotePTRatio# TapNum=tapNum# Reset?
    LDC_Z=ldcZV# rev_Z=reverseZV# Cogen? ${CONTROL}`,
  CapControl: `element>* terminal# capacitor>Capacitor type PTratio=ptRatio# CTratio=ctRatio# ONsetting# OFFsetting# Delay=delayS#
    VoltOverride? Vmax=vMaxV# Vmin=vMinV# DelayOFF=delayOffS# DeadTime=deadTimeS# CTPhase PTPhase VBus@ EventLog? UserModel
    UserData pctMinkvar=minQPercent# Reset? ControlSignal>LoadShape ${CONTROL}`,
  SwtControl: `SwitchedObj>* SwitchedTerm# Action Lock? Delay=delayS# Normal State Reset? ${CONTROL}`,
  Fuse: `${PROTECTS} FuseCurve>TCC_Curve RatedCurrent=ratedCurrentA# Delay=delayS# Action Normal State ${CONTROL}`,
  Recloser: `${PROTECTS} NumFast# PhaseFast>TCC_Curve PhaseDelayed>TCC_Curve GroundFast>TCC_Curve GroundDelayed>TCC_Curve
    PhaseTrip=phaseTripA# GroundTrip=groundTripA# PhaseInst=phaseInstantaneousA# GroundInst=groundInstantaneousA# Reset=resetS#
    Shots# RecloseIntervals=recloseIntervalsS#[] Delay=delayS# Action TDPhFast# TDGrFast# TDPhDelayed# TDGrDelayed# Normal State
    ${CONTROL}`,
  Relay: `${PROTECTS} type Phasecurve>TCC_Curve Groundcurve>TCC_Curve PhaseTrip=phaseTripA# GroundTrip=groundTripA# TDPhase#
    TDGround# PhaseInst=phaseInstantaneousA# GroundInst=groundInstantaneousA# Reset=resetS# Shots#
    RecloseIntervals=recloseIntervalsS#[] Delay=delayS# Overvoltcurve>TCC_Curve Undervoltcurve>TCC_Curve kvbase=vnKv#
    47%Pickup=pickup47Percent# 46BaseAmps=base46A# 46%Pickup=pickup46Percent# 46isqt=isqt46# Variable overtrip# undertrip#
    Breakertime=breakerTimeS# action Z1mag=z1Ohm# Z1ang=z1AngleDeg# Z0mag=z0Ohm# Z0ang=z0AngleDeg# Mphase# Mground# EventLog?
    DebugTrace? DistReverse? Normal State DOC_TiltAngleLow=docTiltAngleLowDeg# DOC_TiltAngleHigh=docTiltAngleHighDeg#
    DOC_TripSettingLow=docTripSettingLowA# DOC_TripSettingHigh=docTripSettingHighA# DOC_TripSettingMag=docTripSettingMagA#
    DOC_DelayInner=docDelayInnerS# DOC_PhaseCurveInner>TCC_Curve DOC_PhaseTripInner=docPhaseTripInnerA# DOC_TDPhaseInner#
    DOC_P1Blocking? ${CONTROL}`,
  Monitor: `element>* terminal# mode# action residual? VIPolar? PPolar? ${CONTROL}`,
  EnergyMeter: `element>* terminal# action option[] kVAnormal=normalKva# kVAemerg=emergencyKva# peakcurrent=peakCurrentsA#[]
    Zonelist[] LocalOnly? Mask#[] Losses? LineLosses? XfmrLosses? SeqLosses? 3phaseLosses=threePhaseLosses? VbaseLosses?
    PhaseVoltageReport? Int_Rate=interruptionsPerYear# Int_Duration=interruptionHours# SAIFI=saifi# SAIFIkW# SAIDI=saidi#
    CAIDI=caidi# CustInterrupts# ${CONTROL}`,
  Sensor: `element>* terminal# kvbase=vnKv# clear? kVs#[] currents=currentsA#[] kWs#[] kvars#[] conn Deltadirection# %Error# Weight#
    ${CONTROL}`,
  FMonitor: `element>* terminal# ${CONTROL}`,
  StorageController: `Element>* Terminal# MonPhase kWTarget# kWTargetLow# %kWBand# kWBand# %kWBandLow# kWBandLow#
    ElementList[]>Storage Weights#[] ModeDischarge ModeCharge TimeDischargeTrigger=dischargeAtHour# TimeChargeTrigger=chargeAtHour#
    %RatekW# %RateCharge# %Reserve# kWhTotal# kWTotal# kWhActual# kWActual# kWneed# Yearly>LoadShape Daily>LoadShape Duty>LoadShape
    EventLog? InhibitTime=inhibitHours# Tup=upHours# TFlat=flatHours# Tdn=downHours# kWThreshold# DispFactor# ResetLevel# Seasons#
    SeasonTargets#[] SeasonTargetsLow#[] ${CONTROL}`,
  GenDispatcher: `Element>* Terminal# kWLimit# kWBand# kvarlimit# GenList[]>Generator Weights#[] ${CONTROL}`,
  ESPVLControl: `Element>* Terminal# Type kWBand# kvarlimit# LocalControlList[] LocalControlWeights#[] PVSystemList[]>PVSystem
    PVSystemWeights#[] StorageList[]>Storage StorageWeights#[] ${CONTROL}`,
  UPFCControl: `UPFCList[]>UPFC ${CONTROL}`,
  InvControl: `DERList[]>* Mode CombiMode vvc_curve1>XYcurve hysteresis_offset# voltage_curvex_ref avgwindowlen
    voltwatt_curve>XYcurve DbVMin=deadBandMinPu# DbVMax=deadBandMaxPu# ArGraLowV# ArGraHiV# DynReacavgwindowlen deltaQ_Factor#
    VoltageChangeTolerance=voltageTolerancePu# VarChangeTolerance=varTolerancePu# VoltwattYAxis RateofChangeMode LPFTau=lowPassTauS#
    RiseFallLimit# deltaP_Factor# EventLog? RefReactivePower ActivePChangeTolerance=powerTolerancePu# monVoltageCalc monBus@[]
    MonBusesVbase#[] voltwattCH_curve>XYcurve wattpf_curve>XYcurve wattvar_curve>XYcurve VV_RefReactivePower PVSystemList[]>PVSystem
    Vsetpoint=vSetpointPu# ControlModel# ${CONTROL}`,
  ExpControl: `PVSystemList[]>PVSystem Vreg=vRegPu# Slope# VregTau=vRegTauS# Qbias# VregMin=vRegMinPu# VregMax=vRegMaxPu#
    QmaxLead=qMaxLeadPu# QmaxLag=qMaxLagPu# EventLog? DeltaQ_factor# PreferQ? Tresponse=responseS# DERList[]>* ${CONTROL}`,
};
