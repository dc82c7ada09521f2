// Map projections back to latitude and longitude: UTM, and the Dutch RD.
// Source    UTM: C. F. F. Karney, Transverse Mercator with an accuracy of a few nanometers, J. Geodesy 85 (2011), to n^4: 0.001 mm
//           RD: F. H. Schreutelkamp and G. L. Strang van Hees, Benaderingsformules voor de transformatie tussen RD- en
//           WGS84-kaartcoordinaten, NGT Geodesia 2001: 0.25 m

export interface Location {
  latDeg: number;
  lonDeg: number;
}

const DEGREES = 180 / Math.PI;
/** GRS 80, the ellipsoid of ETRS89; that of WGS 84 differs by 0.1 mm. */
const AXIS_M = 6_378_137;
const FLATTENING = 1 / 298.257222101;
const UTM_SCALE = 0.9996;
const UTM_FALSE_EASTING_M = 500_000;
const UTM_FALSE_NORTHING_SOUTH_M = 10_000_000;

const N = FLATTENING / (2 - FLATTENING);
const MERIDIAN_M = (AXIS_M / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const BETA = [
  N / 2 - (2 / 3) * N ** 2 + (37 / 96) * N ** 3 - (1 / 360) * N ** 4,
  N ** 2 / 48 + N ** 3 / 15 - (437 / 1440) * N ** 4,
  (17 / 480) * N ** 3 - (37 / 840) * N ** 4,
  (4397 / 161280) * N ** 4,
];
/** From the conformal latitude to the geographic one. */
const DELTA = [
  2 * N - (2 / 3) * N ** 2 - 2 * N ** 3 + (116 / 45) * N ** 4,
  (7 / 3) * N ** 2 - (8 / 5) * N ** 3 - (227 / 45) * N ** 4,
  (56 / 15) * N ** 3 - (136 / 35) * N ** 4,
  (4279 / 630) * N ** 4,
];

/** Position of UTM coordinates in metres (ETRS89 or WGS 84). */
export function utmToLocation(eastM: number, northM: number, zone: number, south: boolean): Location {
  const xi = (northM - (south ? UTM_FALSE_NORTHING_SOUTH_M : 0)) / (UTM_SCALE * MERIDIAN_M);
  const eta = (eastM - UTM_FALSE_EASTING_M) / (UTM_SCALE * MERIDIAN_M);
  let [xi0, eta0] = [xi, eta];
  for (const [index, beta] of BETA.entries()) {
    const times = 2 * (index + 1);
    xi0 -= beta * Math.sin(times * xi) * Math.cosh(times * eta);
    eta0 -= beta * Math.cos(times * xi) * Math.sinh(times * eta);
  }
  const conformal = Math.asin(Math.sin(xi0) / Math.cosh(eta0));
  const latitude = DELTA.reduce((sum, delta, i) => sum + delta * Math.sin(2 * (i + 1) * conformal), conformal);
  const longitude = Math.atan2(Math.sinh(eta0), Math.cos(xi0));
  return { latDeg: latitude * DEGREES, lonDeg: zone * 6 - 183 + longitude * DEGREES };
}

/** Powers of dx and dy, in 100 km from Amersfoort, and their share of the latitude in seconds. */
const RD_LATITUDE = [
  [0, 1, 3235.65389],
  [2, 0, -32.58297],
  [0, 2, -0.2475],
  [2, 1, -0.84978],
  [0, 3, -0.0655],
  [2, 2, -0.01709],
  [1, 0, -0.00738],
  [4, 0, 0.0053],
  [2, 3, -0.00039],
  [4, 1, 0.00033],
  [1, 1, -0.00012],
] as const;
const RD_LONGITUDE = [
  [1, 0, 5260.52916],
  [1, 1, 105.94684],
  [1, 2, 2.45656],
  [3, 0, -0.81885],
  [1, 3, 0.05594],
  [3, 1, -0.05607],
  [0, 1, 0.01199],
  [3, 2, -0.00256],
  [1, 4, 0.00128],
  [0, 2, 0.00022],
  [2, 0, -0.00022],
  [5, 0, 0.00026],
] as const;

/** Position of Dutch RD coordinates in metres (EPSG:28992, and 7415 without its height). */
export function rdToLocation(xM: number, yM: number): Location {
  const [dx, dy] = [(xM - 155_000) / 100_000, (yM - 463_000) / 100_000];
  const seconds = (terms: readonly (readonly [number, number, number])[]) =>
    terms.reduce((sum, [p, q, factor]) => sum + factor * dx ** p * dy ** q, 0);
  return { latDeg: 52.1551744 + seconds(RD_LATITUDE) / 3600, lonDeg: 5.38720621 + seconds(RD_LONGITUDE) / 3600 };
}
