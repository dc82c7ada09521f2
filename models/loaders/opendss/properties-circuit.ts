// Properties of what has buses: sources, lines, transformers, loads, machines, shunts.
// Each entry is NAME=ATTRIBUTE/DIVISOR, then # number, ? yes or no, @ bus, [] array, #| matrix, and > the class that it names.
// P1  attributes are in the unit that their names say: kW are divided by 1000 where the attribute says MW

const POWER_DELIVERY = `normamps=maxIKa/1000# emergamps=emergencyIKa/1000# faultrate=faultRatePerYear#
  pctperm=permanentFaultPercent# repair=repairHours# basefreq=baseFrequencyHz# enabled? like`;
const POWER_CONVERSION = "spectrum>Spectrum basefreq=baseFrequencyHz# enabled? like";

const WINDINGS = `thermal=thermalTimeConstantH# n=oilExponentN# m=oilExponentM# flrise=fullLoadRiseK# hsrise=hotSpotRiseK#
  %loadloss=loadLossPercent# %noloadloss=noLoadLossPercent# normhkVA=normalHighMva/1000# emerghkVA=emergencyHighMva/1000#`;
const TAPS = "MaxTap=maxTapPu# MinTap=minTapPu# NumTaps=numTaps#";
const SHAPES = "yearly>LoadShape daily>LoadShape duty>LoadShape";
const INVERTER = `kVDC=kvDc# Kp# PITol# SafeVoltage=safeVoltagePercent# SafeMode? DynamicEq>DynamicExp DynOut[] ControlMode
  AmpLimit=ampLimitA# AmpLimitGain#`;

export const CIRCUIT_CLASSES: Record<string, string> = {
  Vsource: `bus1=bus@ basekv=vnKv# pu=vmPu# angle=vaDegree# frequency=frequencyHz# phases# MVAsc3=sScMaxMva#
    MVAsc1=sScSinglePhaseMva# x1r1# x0r0# Isc3=iSc3A# Isc1=iSc1A# R1=r1Ohm# X1=x1Ohm# R0=r0Ohm# X0=x0Ohm# ScanType Sequence
    bus2@ Z1=z1Ohm#[] Z0=z0Ohm#[] Z2=z2Ohm#[] puZ1=z1Pu#[] puZ0=z0Pu#[] puZ2=z2Pu#[] baseMVA=baseMva# Yearly>LoadShape
    Daily>LoadShape Duty>LoadShape Model puZideal=zIdealPu#[] ${POWER_CONVERSION}`,
  Isource: `bus1=bus@ amps=currentA# angle=angleDeg# frequency=frequencyHz# phases# scantype sequence Yearly>LoadShape
    Daily>LoadShape Duty>LoadShape Bus2@ ${POWER_CONVERSION}`,
  VCCS: `bus1=bus@ phases# prated=ratedW# vrated=ratedV# ppct=powerPercent# bp1>XYcurve bp2>XYcurve filter>XYcurve fsample=sampleHz#
    rmsmode? imaxpu=maxCurrentPu# vrmstau=voltageTauS# irmstau=currentTauS# ${POWER_CONVERSION}`,
  GICsource: `Volts=voltageV# angle=angleDeg# frequency=frequencyHz# phases# EN=eNorthVPerKm# EE=eEastVPerKm# Lat1# Lon1# Lat2#
    Lon2# ${POWER_CONVERSION}`,
  Fault: `bus1=bus@ bus2@ phases# r=rOhm# %stddev# Gmatrix=gMatrixS#| ONtime=onTimeS# temporary? MinAmps=minCurrentA#
    ${POWER_DELIVERY}`,
  Line: `bus1=fromBus@ bus2=toBus@ linecode>LineCode length# phases# r1# x1# r0# x0# C1# C0# rmatrix#| xmatrix#| cmatrix#| Switch?
    Rg# Xg# rho=earthResistivityOhmM# geometry>LineGeometry units spacing>LineSpacing wires[]>Conductor EarthModel
    cncables[]>Conductor tscables[]>Conductor B1# B0# Seasons# Ratings=ratingsA#[] LineType ${POWER_DELIVERY}`,
  GICLine: `bus1=fromBus@ bus2=toBus@ Volts=voltageV# Angle=angleDeg# frequency=frequencyHz# phases# R=rOhm# X=xOhm# C=cUf#
    EN=eNorthVPerKm# EE=eEastVPerKm# Lat1# Lon1# Lat2# Lon2# ${POWER_CONVERSION}`,
  UPFC: `bus1=fromBus@ bus2=toBus@ refkv=referenceKv# pf=powerFactor# frequency=frequencyHz# phases# Xs=xOhm# Tol1# Mode
    VpqMax=vpqMaxV# LossCurve>XYcurve VHLimit=vHighLimitV# VLLimit=vLowLimitV# CLimit=currentLimitA# refkv2=reference2Kv#
    kvarLimit=qLimitMvar/1000# Element>* ${POWER_CONVERSION}`,
  Transformer: `phases# windings# wdg# bus@ conn kV# kVA# tap# %R# Rneut# Xneut# buses@[] conns[] kVs#[] kVAs#[] taps#[]
    XHL=xhlPercent# XHT=xhtPercent# XLT=xltPercent# Xscarray=xscPercent#[] ${WINDINGS} sub? ${TAPS} subname
    %imag=imagPercent# ppm_antifloat=ppmAntifloat# %Rs#[] bank XfmrCode>XfmrCode XRConst? X12=xhlPercent# X13=xhtPercent#
    X23=xltPercent# LeadLag WdgCurrents Core RdcOhms# Seasons# Ratings=ratingsKva#[] ${POWER_DELIVERY}`,
  AutoTrans: `phases# windings# wdg# bus@ conn kV# kVA# tap# %R# RdcOhms# Core buses@[] conns[] kVs#[] kVAs#[] taps#[]
    XHX=xhlPercent# XHT=xhtPercent# XXT=xltPercent# XSCarray=xscPercent#[] ${WINDINGS} sub? ${TAPS} subname
    %imag=imagPercent# ppm_antifloat=ppmAntifloat# %Rs#[] bank XRConst? LeadLag WdgCurrents ${POWER_DELIVERY}`,
  GICTransformer: `BusH=hvBus@ BusNH@ BusX=lvBus@ BusNX@ phases# Type R1=r1Ohm# R2=r2Ohm# KVLL1=vnHvKv# KVLL2=vnLvKv# MVA=snMva#
    VarCurve>XYcurve %R1=r1Percent# %R2=r2Percent# K=kMvarPerA# ${POWER_DELIVERY}`,
  Load: `phases# bus1=bus@ kV=vnKv# kW# pf=powerFactor# model# ${SHAPES} growth>GrowthShape conn kvar# Rneut=rNeutralOhm#
    Xneut=xNeutralOhm# status class=loadClass# Vminpu=vMinPu# Vmaxpu=vMaxPu# Vminnorm=vMinNormalPu# Vminemerg=vMinEmergencyPu#
    xfkVA=transformerMva/1000# allocationfactor# kVA=snMva/1000# %mean# %stddev# CVRwatts=cvrWatts# CVRvars=cvrVars# kwh=energyKwh#
    kwhdays=energyDays# Cfactor=cFactor# CVRcurve=cvrCurve>LoadShape NumCust=customers# ZIPV=zipv#[] %SeriesRL# RelWeight#
    Vlowpu=vLowPu# puXharm# XRharm# ${POWER_CONVERSION}`,
  Generator: `phases# bus1=bus@ kv=vnKv# kW# pf=powerFactor# kvar# model# Vminpu=vMinPu# Vmaxpu=vMaxPu# ${SHAPES} dispmode
    dispvalue# conn status class=generatorClass# Vpu=vmPu# maxkvar=maxQMvar/1000# minkvar=minQMvar/1000# pvfactor# forceon?
    kVA=snMva/1000# MVA=snMva# Xd=xdPu# Xdp=xdpPu# Xdpp=xdppPu# H=inertiaS# D=dampingPu# UserModel UserData ShaftModel ShaftData
    DutyStart=dutyStartH# debugtrace? Balanced? XRdp# UseFuel? FuelkWh=fuelKwh# %Fuel# %Reserve# Refuel? DynamicEq>DynamicExp
    DynOut[] ${POWER_CONVERSION}`,
  WindGen: `phases# bus1=bus@ kv=vnKv# kW# pf=powerFactor# model# ${SHAPES} conn kvar# class=generatorClass# debugtrace?
    Vminpu=vMinPu# Vmaxpu=vMaxPu# kVA=snMva/1000# MVA=snMva# DutyStart=dutyStartH# DynamicEq>DynamicExp DynOut[] Rthev=rThevPu#
    Xthev=xThevPu# Vss=vSteadyPu# Pss=pSteadyPu# Qss=qSteadyPu# vwind=windMPerS# QMode# SimMechFlg# APCFlg# QFlg# delt0#
    N_WTG=turbines# VV_Curve>XYcurve Ag# Cp# Lamda# P# pd# PLoss>XYcurve Rad=rotorRadiusM# VCutIn=cutInMPerS# VCutOut=cutOutMPerS#
    ${POWER_CONVERSION}`,
  PVSystem: `phases# bus1=bus@ kv=vnKv# irradiance=irradianceKwPerM2# Pmpp# %Pmpp# Temperature=temperatureDegC# pf=powerFactor#
    conn kvar# kVA=snMva/1000# %Cutin# %Cutout# EffCurve>XYcurve P-TCurve=pTCurve>XYcurve %R# %X# model# Vminpu=vMinPu#
    Vmaxpu=vMaxPu# Balanced? LimitCurrent? ${SHAPES} Tyearly=tYearly>TShape Tdaily=tDaily>TShape Tduty=tDuty>TShape
    class=generatorClass# UserModel UserData debugtrace? VarFollowInverter? DutyStart=dutyStartH# WattPriority? PFPriority?
    %PminNoVars# %PminkvarMax# kvarMax=maxQMvar/1000# kvarMaxAbs=maxQAbsorbedMvar/1000# ${INVERTER} ${POWER_CONVERSION}`,
  Storage: `phases# bus1=bus@ kv=vnKv# conn kW# kvar# pf=powerFactor# kVA=snMva/1000# %Cutin# %Cutout# EffCurve>XYcurve
    VarFollowInverter? kvarMax=maxQMvar/1000# kvarMaxAbs=maxQAbsorbedMvar/1000# WattPriority? PFPriority? %PminNoVars#
    %PminkvarMax# kWrated=maxPMw/1000# %kWrated# kWhrated=maxEMwh/1000# kWhstored=storedMwh/1000# %stored=socPercent# %reserve# State
    %Discharge# %Charge# %EffCharge# %EffDischarge# %IdlingkW# %Idlingkvar# %R# %X# model# Vminpu=vMinPu# Vmaxpu=vMaxPu#
    Balanced? LimitCurrent? ${SHAPES} DispMode DischargeTrigger# ChargeTrigger# TimeChargeTrig=chargeAtHour# class=storageClass#
    DynaDLL DynaData UserModel UserData debugtrace? ${INVERTER} ${POWER_CONVERSION}`,
  IndMach012: `phases# bus1=bus@ kv=vnKv# kW# pf=powerFactor# conn kVA=snMva/1000# H=inertiaS# D=dampingPu# puRs=rStatorPu#
    puXs=xStatorPu# puRr=rRotorPu# puXr=xRotorPu# puXm=xMagnetizingPu# Slip# MaxSlip# SlipOption Yearly>LoadShape Daily>LoadShape
    Duty>LoadShape Debugtrace? ${POWER_CONVERSION}`,
  Generic5: `phases# bus1=bus@ kv=vnKv# kW# pf=powerFactor# conn kVA=snMva/1000# H=inertiaS# D=dampingPu# P_ref1kW# P_ref2kW#
    P_ref3kW# V_ref1kVLN# V_ref2kVLN# V_ref3kVLN# MaxSlip# SlipOption Yearly>LoadShape Daily>LoadShape Duty>LoadShape Debugtrace?
    P_refkW# Q_refkVAr# Cluster_num# V_refkVLN# ctrl_mode# QV_flag# kcd# kcq# kqi# Q_ref1kVAr# Q_ref2kVAr# Q_ref3kVAr# PmaxkW#
    PminkW# PQpriority# PmppkW# Pfctr1# Pfctr2# Pfctr3# Pfctr4# Pfctr5# Pfctr6# PbiaskW# CC_Switch? kcq_drp2# Volt_Trhd# droop#
    ${POWER_CONVERSION}`,
  VSConverter: `phases# bus1=bus@ kVac=vnKv# kVdc=kvDc# kW=pMw/1000# Ndc=dcPhases# Rac=rAcOhm# Xac=xAcOhm# m0# d0# Mmin# Mmax#
    Iacmax=maxAcCurrentPu# Idcmax=maxDcCurrentPu# Vacref=acReferenceV# Pacref=acReferenceW# Qacref=acReferenceVar#
    Vdcref=dcReferenceV# VscMode ${POWER_CONVERSION}`,
  Capacitor: `bus1=bus@ bus2@ phases# kvar#[] kv=vnKv# conn cmatrix=cMatrixUf#| cuf=cUf#[] R=rOhm#[] XL=xlOhm#[] Harm=harmonic#[]
    Numsteps=maxStep# states#[] ${POWER_DELIVERY}`,
  Reactor: `bus1=bus@ bus2@ phases# kvar# kv=vnKv# conn Rmatrix=rMatrixOhm#| Xmatrix=xMatrixOhm#| Parallel? R=rOhm# X=xOhm#
    Rp=rParallelOhm# Z1=z1Ohm#[] Z2=z2Ohm#[] Z0=z0Ohm#[] Z=zOhm#[] RCurve>XYcurve LCurve>XYcurve LmH=lMh# ${POWER_DELIVERY}`,
};
