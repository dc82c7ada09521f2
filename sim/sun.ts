// Where the sun stands, and what falls on a tilted plane.
// Fed by    a moment, a place, the radiation of the weather
// Gives     elevation and azimuth; W/m2 on a plane
// Source    NOAA Solar Calculator (Meeus, Astronomical Algorithms), without refraction; isotropic sky of Liu and Jordan

const DEG = Math.PI / 180;
const J2000_MS = Date.UTC(2000, 0, 1, 12);
const DAY_MS = 86_400_000;
const ALBEDO = 0.2;
/** Below this elevation the beam is not used: its cosine would blow up the errors of an hourly mean. */
const BEAM_FROM_DEG = 3;

export interface SunPosition {
  elevationDeg: number;
  /** Clockwise from north. */
  azimuthDeg: number;
}

export function sunPosition(timeMs: number, latitudeDeg: number, longitudeDeg: number): SunPosition {
  const days = (timeMs - J2000_MS) / DAY_MS;
  const meanLongitude = 280.466 + 0.98564736 * days;
  const anomaly = (357.529 + 0.98560028 * days) * DEG;
  const ecliptic = (meanLongitude + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * DEG;
  const obliquity = 23.439 * DEG;
  const rightAscension = Math.atan2(Math.cos(obliquity) * Math.sin(ecliptic), Math.cos(ecliptic));
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(ecliptic));
  const siderealDeg = 280.46062 + 360.98564737 * days + longitudeDeg;
  const hourAngle = siderealDeg * DEG - rightAscension;
  const latitude = latitudeDeg * DEG;
  const sine =
    Math.sin(latitude) * Math.sin(declination) + Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
  const south = Math.cos(hourAngle) * Math.sin(latitude) - Math.tan(declination) * Math.cos(latitude);
  const azimuthDeg = Math.atan2(Math.sin(hourAngle), south) / DEG + 180;
  return { elevationDeg: Math.asin(sine) / DEG, azimuthDeg };
}

export interface Plane {
  tiltDeg: number;
  /** Clockwise from north, to where the plane looks. */
  azimuthDeg: number;
}

/** W/m2 on a plane from direct normal, diffuse and global horizontal W/m2. Nothing while the sun is down. */
export function irradianceOn(
  plane: Plane,
  sun: SunPosition,
  directNormalWm2: number,
  diffuseWm2: number,
  globalWm2: number,
): number {
  if (sun.elevationDeg <= 0) return 0;
  const tilt = plane.tiltDeg * DEG;
  const elevation = sun.elevationDeg * DEG;
  const incidence =
    Math.sin(elevation) * Math.cos(tilt) +
    Math.cos(elevation) * Math.sin(tilt) * Math.cos((sun.azimuthDeg - plane.azimuthDeg) * DEG);
  const beam = sun.elevationDeg >= BEAM_FROM_DEG ? directNormalWm2 * Math.max(0, incidence) : 0;
  const sky = (diffuseWm2 * (1 + Math.cos(tilt))) / 2;
  const ground = (globalWm2 * ALBEDO * (1 - Math.cos(tilt))) / 2;
  return beam + sky + ground;
}
