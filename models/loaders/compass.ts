// Points of the compass, by which envelopes are summed up.

/** Eighths, clockwise from north. */
export const SECTORS = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"] as const;
const SECTOR_DEG = 360 / SECTORS.length;

/** Of an azimuth in [0, 360], clockwise from north. */
export function sectorOf(azimuthDeg: number): (typeof SECTORS)[number] {
  return SECTORS[Math.floor((azimuthDeg + SECTOR_DEG / 2) / SECTOR_DEG) % SECTORS.length]!;
}
