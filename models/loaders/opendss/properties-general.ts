// Properties of what is data for other objects: line codes, geometries, shapes, curves; written as in properties-circuit.ts.

const CONDUCTOR = `Rdc# Rac# Runits GMRac# GMRunits radius# radunits normamps=normalA# emergamps=emergencyA# diam# Seasons#
  Ratings=ratingsA#[] Capradius# like`;
const CABLE =
  "EpsR=relativePermittivity# InsLayer=insulationThickness# DiaIns=insulationDiameter# DiaCable=cableDiameter#";

export const GENERAL_CLASSES: Record<string, string> = {
  LineCode: `nphases=phases# r1# x1# r0# x0# C1# C0# units rmatrix#| xmatrix#| cmatrix#| baseFreq=baseFrequencyHz#
    normamps=maxIKa/1000# emergamps=emergencyIKa/1000# faultrate=faultRatePerYear# pctperm=permanentFaultPercent# repair=repairHours#
    Kron? Rg# Xg# rho=earthResistivityOhmM# neutral# B1# B0# Seasons# Ratings=ratingsA#[] LineType like`,
  WireData: CONDUCTOR,
  CNData: `k=strands# DiaStrand=strandDiameter# GmrStrand=strandGmr# Rstrand=strandR# ${CABLE} ${CONDUCTOR}`,
  TSData: `DiaShield=shieldDiameter# TapeLayer=tapeThickness# TapeLap=tapeLapPercent# ${CABLE} ${CONDUCTOR}`,
  LineSpacing: "nconds=conductors# nphases=phases# x#[] h#[] units like",
  LineGeometry: `nconds=conductorCount# nphases=phases# cond# wire>Conductor x# h# units normamps=maxIKa/1000#
    emergamps=emergencyIKa/1000# reduce? spacing>LineSpacing wires[]>Conductor cncable>Conductor tscable>Conductor
    cncables[]>Conductor tscables[]>Conductor Seasons# Ratings=ratingsA#[] LineType like`,
  XfmrCode: `phases# windings# wdg# conn kV# kVA# tap# %R# Rneut# Xneut# conns[] kVs#[] kVAs#[] taps#[] Xhl=xhlPercent#
    Xht=xhtPercent# Xlt=xltPercent# Xscarray=xscPercent#[] thermal=thermalTimeConstantH# n=oilExponentN# m=oilExponentM#
    flrise=fullLoadRiseK# hsrise=hotSpotRiseK# %loadloss=loadLossPercent# %noloadloss=noLoadLossPercent# normhkVA=normalHighMva/1000#
    emerghkVA=emergencyHighMva/1000# MaxTap=maxTapPu# MinTap=minTapPu# NumTaps=numTaps# %imag=imagPercent#
    ppm_antifloat=ppmAntifloat# %Rs#[] X12=xhlPercent# X13=xhtPercent# X23=xltPercent# RdcOhms# Seasons# Ratings=ratingsKva#[] like`,
  LoadShape: `npts# interval=intervalH# mult#[] hour#[] mean# stddev# csvfile sngfile dblfile action qmult#[] UseActual? Pmax=pMax#
    Qmax=qMax# sinterval=intervalS# minterval=intervalMin# Pbase=pBase# Qbase=qBase# Pmult=mult#[] PQCSVFile MemoryMapping?
    Interpolation like`,
  TShape: `npts# interval=intervalH# temp=tempDegC#[] hour#[] mean# stddev# csvfile sngfile dblfile sinterval=intervalS#
    minterval=intervalMin# action like`,
  PriceShape: `npts# interval=intervalH# price#[] hour#[] mean# stddev# csvfile sngfile dblfile sinterval=intervalS#
    minterval=intervalMin# action like`,
  GrowthShape: "npts# year#[] mult#[] csvfile sngfile dblfile like",
  XYcurve:
    "npts# Points#[] Yarray=y#[] Xarray=x#[] csvfile sngfile dblfile x=atX# y=atY# Xshift# Yshift# Xscale# Yscale# like",
  TCC_Curve: "npts# C_array=currentsPu#[] T_array=timesS#[] like",
  Spectrum: "NumHarm# harmonic#[] %mag#[] angle=angleDeg#[] CSVFile like",
  DynamicExp: "NVariables# VarNames[] var VarIdx# Expression Domain like",
};
