// What all synthetic devices of a district share: calendar, weather, sun, and the curves of a year.
// Fed by    the district's time zone and location, and the profiles and the weather that come with the simulator
// Gives     one `Surroundings`, whose curves are reckoned when they are first asked for
// S1  it has no state that shows: the same moment always gives the same answer

import type { District } from "../models/district.ts";
import { LocalCalendar } from "./calendar.ts";
import { heatingWeights, waterWeights } from "./demand-shapes.ts";
import { loadProfileWeights, parseLoadProfile } from "./load-profile.ts";
import { packageFile } from "./package-file.ts";
import { irradianceOn, type Plane, sunPosition } from "./sun.ts";
import type { Use } from "./use.ts";
import { parseWeather, type Weather, weatherIn } from "./weather.ts";
import { weightsBy, YearCurve, type YearWeights } from "./year-curve.ts";

const PLANES: readonly Plane[] = [
  { tiltDeg: 35, azimuthDeg: 180 },
  { tiltDeg: 30, azimuthDeg: 110 },
  { tiltDeg: 30, azimuthDeg: 250 },
  { tiltDeg: 10, azimuthDeg: 180 },
];
/** Of the irradiance, after temperature, wiring and inverter: kW per kWp at 1000 W/m2. */
const PERFORMANCE_RATIO = 0.85;
/** What an inverter lets through, in kW per kWp. */
const INVERTER_LIMIT = 0.8;
/** Year by which the yield per kWp is reckoned; others differ by their leap day. */
const YIELD_YEAR = 2025;

export interface SolarRoof {
  curve: YearCurve;
  /** kWh a year for each kWp. */
  yieldKwh: number;
}

export interface Surroundings {
  calendar: LocalCalendar;
  weather: Weather;
  latitudeDeg: number;
  longitudeDeg: number;
  electricity: Record<Use, YearCurve>;
  /** What a household with photovoltaics takes from the grid. */
  electricityBesidePv: YearCurve;
  heating: Record<Use, YearCurve>;
  hotWater: Record<Use, YearCurve>;
  water: Record<Use, YearCurve>;
  roofs: readonly SolarRoof[];
  steady: YearCurve;
}

/** Surroundings of a district. Throws when its time zone is unknown or the package is not whole. */
export function surroundingsOf(district: District): Surroundings {
  const calendar = new LocalCalendar(district.timezone);
  const file = packageFile("weather/DEU_BW_Mannheim_107290_TRY2010_12_Jahr_BBSR.mos");
  const weather = weatherIn(parseWeather(file), calendar);
  const { latitudeDeg, longitudeDeg } = locationOf(district) ?? placeOfWeather(calendar, weather);
  const electricity = (name: string, isDynamised: boolean) =>
    new YearCurve(loadProfileWeights(parseLoadProfile(packageFile(`profiles/${name}.csv`)), calendar, isDynamised));
  const heating = (use: Use) => new YearCurve(heatingWeights(use, calendar, weather));
  const water = (use: Use, isWarm: boolean) => new YearCurve(waterWeights(use, calendar, isWarm));
  return {
    calendar,
    weather,
    latitudeDeg,
    longitudeDeg,
    electricity: {
      household: electricity("h25", true),
      commercial: electricity("g25", false),
      farm: electricity("l25", false),
    },
    electricityBesidePv: electricity("p25", true),
    heating: byUse(heating),
    hotWater: byUse((use) => water(use, true)),
    water: byUse((use) => water(use, false)),
    roofs: PLANES.map((plane) => solarRoof(plane, weather, latitudeDeg, longitudeDeg)),
    steady: new YearCurve((year) => weightsBy(year, () => 1)),
  };
}

/** A farm heats and washes as a home does. */
function byUse(curve: (use: Use) => YearCurve): Record<Use, YearCurve> {
  const household = curve("household");
  return { household, farm: household, commercial: curve("commercial") };
}

function solarRoof(plane: Plane, weather: Weather, latitudeDeg: number, longitudeDeg: number): SolarRoof {
  const weights: YearWeights = (year) =>
    weightsBy(year, (startMs) => {
      // The sun at both ends of the quarter-hour, so that nothing is made in one that lies partly in the night.
      const sun = sunPosition(startMs, latitudeDeg, longitudeDeg);
      const laterSun = sunPosition(startMs + 900_000, latitudeDeg, longitudeDeg);
      if (sun.elevationDeg <= 0 || laterSun.elevationDeg <= 0) return 0;
      const irradianceWm2 = irradianceOn(
        plane,
        sun,
        weather.directNormalWm2(startMs),
        weather.diffuseWm2(startMs),
        weather.globalWm2(startMs),
      );
      return Math.min((irradianceWm2 / 1000) * PERFORMANCE_RATIO, INVERTER_LIMIT);
    });
  let yieldKwh: number | undefined;
  return {
    curve: new YearCurve(weights),
    get yieldKwh() {
      yieldKwh ??= weights(YIELD_YEAR).reduce((sum, kw) => sum + kw / 4, 0);
      return yieldKwh;
    },
  };
}

/** The first location that a twin of the district has. */
function locationOf(district: District): { latitudeDeg: number; longitudeDeg: number } | undefined {
  for (const { attributes } of district.twins.values()) {
    const place = attributes.location;
    if (typeof place !== "object" || place === null || Array.isArray(place)) continue;
    const { latDeg, lonDeg } = place;
    if (typeof latDeg === "number" && typeof lonDeg === "number") return { latitudeDeg: latDeg, longitudeDeg: lonDeg };
  }
  return undefined;
}

/** The weather's own place, moved along its latitude to where the sun stands right for the district's clocks. */
function placeOfWeather(calendar: LocalCalendar, { place }: Weather): { latitudeDeg: number; longitudeDeg: number } {
  const hoursEast = calendar.standardOffsetMs(YIELD_YEAR) / 3_600_000 - place.timezoneHours;
  return { latitudeDeg: place.latitudeDeg, longitudeDeg: place.longitudeDeg + hoursEast * 15 };
}
