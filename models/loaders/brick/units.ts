// Units of QUDT, which Brick names, as units of telemetry.
// Source    QUDT 2.1, vocabulary of units; models/telemetry/units.ts

/** By the local name in `http://qudt.org/vocab/unit/`. */
const UNITS = new Map(
  Object.entries({
    ...{ W: "W", KiloW: "kW", MegaW: "MW", GigaW: "GW", MilliW: "mW" },
    ...{ "W-HR": "Wh", "KiloW-HR": "kWh", "MegaW-HR": "MWh", "GigaW-HR": "GWh", "W-SEC": "Ws" },
    ...{ J: "J", KiloJ: "kJ", MegaJ: "MJ", GigaJ: "GJ" },
    ...{ "V-A": "VA", "KiloV-A": "kVA", "MegaV-A": "MVA", "V-A-HR": "VAh", "KiloV-A-HR": "kVAh", "MegaV-A-HR": "MVAh" },
    ...{ "V-A_Reactive": "var", "KiloV-A_Reactive": "kvar", "MegaV-A_Reactive": "Mvar" },
    ...{ "V-A_Reactive-HR": "varh", "KiloV-A_Reactive-HR": "kvarh", "MegaV-A_Reactive-HR": "Mvarh" },
    ...{ V: "V", MilliV: "mV", KiloV: "kV", A: "A", MilliA: "mA", KiloA: "kA", HZ: "Hz", KiloHZ: "kHz", MegaHZ: "MHz" },
    ...{ OHM: "Ohm", KiloOHM: "kOhm", MegaOHM: "MOhm", "A-HR": "Ah" },
    ...{ DEG_C: "Cel", DEG_F: "degF", K: "K", DEG: "deg", RAD: "rad" },
    ...{ PERCENT: "%", PERCENT_RH: "%RH", PPM: "ppm", PPB: "ppb", NUM: "count", UNITLESS: "/", COUNT: "count" },
    ...{ PA: "Pa", HectoPA: "hPa", KiloPA: "kPa", MegaPA: "MPa", BAR: "bar", MilliBAR: "mbar", PSI: "psi" },
    ...{ L: "l", M3: "m3", "M3-PER-HR": "m3/h", "M3-PER-SEC": "m3/s", "M3-PER-DAY": "m3/d" },
    ...{ "L-PER-SEC": "l/s", "L-PER-MIN": "l/min", "L-PER-HR": "l/h", "GAL_US-PER-MIN": "gpm" },
    ...{ KiloGM: "kg", GM: "g", TONNE: "t", "KiloGM-PER-HR": "kg/h", "KiloGM-PER-SEC": "kg/s" },
    ...{ MilliM: "mm", CentiM: "cm", M: "m", KiloM: "km", FT: "ft", M2: "m2", HA: "ha", KiloM2: "km2" },
    ...{ "M-PER-SEC": "m/s", "KiloM-PER-HR": "km/h", "MilliM-PER-HR": "mm/h" },
    ...{ MilliSEC: "ms", SEC: "s", MIN: "min", HR: "h", DAY: "d" },
    ...{ LUX: "lx", LM: "lm", CD: "cd", DeciB: "dB" },
    ...{ "W-PER-M2": "W/m2", "KiloW-PER-M2": "kW/m2", "W-HR-PER-M2": "Wh/m2", "KiloW-HR-PER-M2": "kWh/m2" },
    ...{ "MicroGM-PER-M3": "ug/m3", "MilliGM-PER-L": "mg/l", "KiloGM-PER-M3": "kg/m3", PH: "pH" },
  }),
);

/** Undefined when telemetry has no such unit. A percentage of humidity is one of its own there. */
export function unitOf(qudt: string, brickClass: string): string | undefined {
  return qudt === "PERCENT" && /Humidity/.test(brickClass) ? "%RH" : UNITS.get(qudt);
}
