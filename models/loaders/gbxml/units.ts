// Units of gbXML, and what of the house each one becomes.
// Fed by    the unit attributes of the root, `unit` of an element
// Gives     a suffix for the name of the attribute, and the value in it
// U1  lengths, areas, volumes and temperatures without a unit of their own have that of the root; where the schema has a
//     default (U-value, R-value ...), that one
// U2  SI with the house's exceptions: degrees Celsius
// Source: gbXML schema 7.03, simple types ...UnitEnum

export interface Unit {
  suffix: string;
  factor: number;
  /** Added before the factor: temperatures. */
  offset?: number;
}

const FOOT = 0.3048;
const BTU_PER_HOUR = 0.29307107;
const CFM = FOOT ** 3 / 60;
const KELVIN_PER_F = 5 / 9;

const LENGTHS: Record<string, number> = {
  ...{ Kilometers: 1000, Meters: 1, Centimeters: 0.01, Millimeters: 0.001 },
  ...{ Miles: 1609.344, Yards: 0.9144, Feet: FOOT, Inches: 0.0254 },
};

function unit(suffix: string, factor: number, offset?: number): Unit {
  return offset === undefined ? { suffix, factor } : { suffix, factor, offset };
}

const UNITS = new Map<string, Unit>([
  ...Object.entries(LENGTHS).flatMap(([name, metres]): [string, Unit][] => [
    [name, unit("M", metres)],
    [`Square${name}`, unit("M2", metres ** 2)],
    [`Cubic${name}`, unit("M3", metres ** 3)],
  ]),
  ["C", unit("DegC", 1)],
  ["F", unit("DegC", KELVIN_PER_F, -32)],
  ["K", unit("DegC", 1, -273.15)],
  ["R", unit("DegC", KELVIN_PER_F, -491.67)],
  ["Degrees", unit("Deg", 1)],
  ["Radians", unit("Deg", 180 / Math.PI)],
  ["WPerSquareMeterK", unit("WPerM2K", 1)],
  ["BtuPerHourSquareFtF", unit("WPerM2K", BTU_PER_HOUR / FOOT ** 2 / KELVIN_PER_F)],
  ["SquareMeterKPerW", unit("M2KPerW", 1)],
  ["HrSquareFtFPerBTU", unit("M2KPerW", (FOOT ** 2 * KELVIN_PER_F) / BTU_PER_HOUR)],
  ["WPerMeterK", unit("WPerMK", 1)],
  ["WPerCmC", unit("WPerMK", 100)],
  ["BtuPerHourFtF", unit("WPerMK", BTU_PER_HOUR / FOOT / KELVIN_PER_F)],
  ["BtuPerSecFtF", unit("WPerMK", (3600 * BTU_PER_HOUR) / FOOT / KELVIN_PER_F)],
  ["KgPerCubicM", unit("KgPerM3", 1)],
  ["GramsPerCubicCm", unit("KgPerM3", 1000)],
  ["LbsPerCubicIn", unit("KgPerM3", 0.45359237 / 0.0254 ** 3)],
  ["LbsPerCubicFt", unit("KgPerM3", 0.45359237 / FOOT ** 3)],
  ["JPerKgK", unit("JPerKgK", 1)],
  ["BTUPerLbF", unit("JPerKgK", 4186.8)],
  ["Watt", unit("W", 1)],
  ["Kilowatt", unit("W", 1000)],
  ["BtuPerHour", unit("W", BTU_PER_HOUR)],
  ["Horsepower", unit("W", 745.69987)],
  ["WattPerSquareMeter", unit("WPerM2", 1)],
  ["WattPerSquareFoot", unit("WPerM2", 1 / FOOT ** 2)],
  ["NumberOfPeople", unit("", 1)],
  ["SquareMPerPerson", unit("M2PerPerson", 1)],
  ["SquareFtPerPerson", unit("M2PerPerson", FOOT ** 2)],
  ["WattPerPerson", unit("WPerPerson", 1)],
  ["BtuPerHourPerson", unit("WPerPerson", BTU_PER_HOUR)],
  ["CFM", unit("M3PerS", CFM)],
  ["CubicMPerHr", unit("M3PerS", 1 / 3600)],
  ["LPerSec", unit("M3PerS", 0.001)],
  ["CFMPerSquareFoot", unit("M3PerSM2", CFM / FOOT ** 2)],
  ["CubicMPerHourPerSquareM", unit("M3PerSM2", 1 / 3600)],
  ["LPerSecPerSquareM", unit("M3PerSM2", 0.001)],
  ["CFMPerPerson", unit("M3PerSPerson", CFM)],
  ["LPerSecPerPerson", unit("M3PerSPerson", 0.001)],
  ["Lux", unit("Lux", 1)],
  ["FootCandles", unit("Lux", 1 / FOOT ** 2)],
  ["Pascal", unit("Pa", 1)],
  ["Percent", unit("Percent", 1)],
  ["Fraction", unit("", 1)],
]);

/** Which quantity an element is of, when it names no unit itself. */
const DEFAULTS: Record<string, string> = {
  "U-value": "WPerSquareMeterK",
  "R-value": "SquareMeterKPerW",
  Conductivity: "WPerMeterK",
  Density: "KgPerCubicM",
  SpecificHeat: "JPerKgK",
  LightPowerPerArea: "WattPerSquareMeter",
  EquipPowerPerArea: "WattPerSquareMeter",
  PeopleNumber: "NumberOfPeople",
  Azimuth: "Degrees",
  Tilt: "Degrees",
};
const OF_ROOT: Record<string, "length" | "area" | "volume" | "temperature"> = {
  ...{ Height: "length", Width: "length", Coordinate: "length", Level: "length", Thickness: "length", Depth: "length" },
  ...{ Elevation: "length", Area: "area", Volume: "volume" },
  ...{ Temperature: "temperature", DesignHeatT: "temperature", DesignCoolT: "temperature" },
};

/** Units of the root; undefined when an element has none at all. */
export class Units {
  readonly #root: Record<string, string>;

  constructor(root: ReadonlyMap<string, string>) {
    this.#root = {
      length: root.get("lengthUnit") ?? "Meters",
      area: root.get("areaUnit") ?? "SquareMeters",
      volume: root.get("volumeUnit") ?? "CubicMeters",
      temperature: root.get("temperatureUnit") ?? "C",
    };
  }

  /** Name of the unit that an element has; undefined when it is a plain number. */
  nameFor(element: string, own: string | undefined): string | undefined {
    if (own !== undefined && own !== "") return own;
    const quantity = Object.hasOwn(OF_ROOT, element) ? OF_ROOT[element] : undefined;
    if (quantity) return this.#root[quantity];
    return Object.hasOwn(DEFAULTS, element) ? DEFAULTS[element] : undefined;
  }

  get(name: string): Unit | undefined {
    return UNITS.get(name);
  }
}

export function converted(value: number, { factor, offset = 0 }: Unit): number {
  return Number(((value + offset) * factor).toPrecision(12));
}
