// Diff: what tells two models of one district apart, twin by twin.
// Fed by    two directories of the same district
// Gives     each twin that is not the same in both, in the order of ids; of one of them, what exactly is another
// F1  a twin is known by its id: one that was renamed in its file is one twin removed, and another one added
// F2  the order of attributes or links is no difference; nor is the order of sources in district.yaml

import { isDeepStrictEqual } from "node:util";
import type { Directory } from "./directory.ts";
import type { Branch, Json, PointModel, Role, TwinId, TwinModel } from "./district.ts";

/** A twin that is not the same in both. */
export interface Difference {
  id: TwinId;
  /** Its numbers in the directories; -1 where it is not. */
  before: number;
  after: number;
  /** Its name, attributes or points are others. */
  isChanged: boolean;
  /** It has other links, or other ways through a network. */
  isRelinked: boolean;
  /** It lives in another cell. */
  isMoved: boolean;
}

/** Gives something for each twin of either, so that whoever asks may stop in between: undefined for one that is the same in both. */
export function* differences(before: Directory, after: Directory): Iterable<Difference | undefined> {
  const waysBefore = waysOf(before);
  const waysAfter = waysOf(after);
  const hasSamePoints = comparePoints(before, after);
  let i = 0;
  let j = 0;
  while (i < before.size || j < after.size) {
    const here = i < before.size ? before.idAt(i) : undefined;
    const there = j < after.size ? after.idAt(j) : undefined;
    if (there === undefined || (here !== undefined && here < there)) {
      yield { id: here!, before: i++, after: -1, ...SAME };
    } else if (here === undefined || there < here) {
      yield { id: there, before: -1, after: j++, ...SAME };
    } else {
      const isChanged = !hasSamePoints(i, j) || !isSameText(before.textAt(i), after.textAt(j));
      const isRelinked = waysBefore.get(here) !== waysAfter.get(here) || !isSameLinks(before, i, after, j);
      const isMoved = before.cells[before.cellAt(i)] !== after.cells[after.cellAt(j)];
      const differs = isChanged || isRelinked || isMoved;
      yield differs ? { id: here, before: i, after: j, isChanged, isRelinked, isMoved } : undefined;
      i++;
      j++;
    }
  }
}

const SAME = { isChanged: false, isRelinked: false, isMoved: false };

/** Twins of two classes are compared once. */
function comparePoints(before: Directory, after: Directory): (i: number, j: number) => boolean {
  const known = new Map<number, boolean>();
  return (i, j) => {
    const [was, is] = [before.classAt(i), after.classAt(j)];
    const key = was * after.classes.length + is;
    let isSame = known.get(key);
    if (isSame === undefined) {
      isSame = isDeepStrictEqual(before.classes[was]!.points, after.classes[is]!.points);
      known.set(key, isSame);
    }
    return isSame;
  };
}

const isSameText = (before: string, after: string): boolean =>
  before === after || isDeepStrictEqual(JSON.parse(before), JSON.parse(after));

function isSameLinks(before: Directory, i: number, after: Directory, j: number): boolean {
  const [linksBefore, linksAfter] = [linksOf(before, i), linksOf(after, j)];
  if (linksBefore.length !== linksAfter.length) return false;
  if (linksBefore.every((link, at) => link === linksAfter[at])) return true;
  linksBefore.sort();
  linksAfter.sort();
  return linksBefore.every((link, at) => link === linksAfter[at]);
}

/** Each as text: a role, as seen from the twin, and whom it leads to. */
function linksOf(directory: Directory, i: number): string[] {
  const links: string[] = [];
  directory.eachLink(i, (role, other) => links.push(`${role} ${directory.idAt(other)}`));
  return links;
}

/** By twin, its ways through networks as text. */
function waysOf({ branches }: Directory): Map<TwinId, string> {
  const ways = new Map<TwinId, string>();
  const several = new Map<TwinId, string[]>();
  for (const branch of branches) {
    const way = wayText(branch);
    const first = ways.get(branch.twin);
    if (first === undefined) ways.set(branch.twin, way);
    else {
      const others = several.get(branch.twin) ?? [first];
      others.push(way);
      several.set(branch.twin, others);
    }
  }
  for (const [twin, all] of several) ways.set(twin, all.sort().join("\n"));
  return ways;
}

const wayText = ({ from, to, switches }: Branch): string => [from, to, ...[...switches].sort()].join(" ");

/** What of a twin is another; undefined: not there. */
export interface AttributeChange {
  name: string;
  before: Json | undefined;
  after: Json | undefined;
}

/** In the order of names. */
export function attributeChanges(before: TwinModel, after: TwinModel): AttributeChange[] {
  const names = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)]);
  return [...names].sort().flatMap((name) => {
    const [was, is] = [before.attributes[name], after.attributes[name]];
    return isDeepStrictEqual(was, is) ? [] : [{ name, before: was, after: is }];
  });
}

export interface PointChanges {
  /** New, or in another unit. */
  added: PointModel[];
  removed: PointModel[];
}

export function pointChanges(before: Pick<TwinModel, "points">, after: Pick<TwinModel, "points">): PointChanges {
  const without = (these: readonly PointModel[] = [], those: readonly PointModel[] = []): PointModel[] =>
    these.filter(({ name, unit }) => !those.some((point) => point.name === name && point.unit === unit));
  return { added: without(after.points, before.points), removed: without(before.points, after.points) };
}

export interface LinkSeen {
  role: Role;
  twin: TwinId;
}

/** The links that a twin got and lost, as seen from it. */
export function linkChanges(
  before: Directory,
  after: Directory,
  { before: i, after: j }: Pick<Difference, "before" | "after">,
): { added: LinkSeen[]; removed: LinkSeen[] } {
  const seen = (directory: Directory, twin: number) => (twin < 0 ? [] : linksOf(directory, twin));
  const [was, is] = [seen(before, i), seen(after, j)];
  return { added: without(is, was).map(linkSeen), removed: without(was, is).map(linkSeen) };
}

const without = (these: readonly string[], those: readonly string[]): string[] => {
  const known = new Set(those);
  return these.filter((each) => !known.has(each));
};

function linkSeen(text: string): LinkSeen {
  const space = text.indexOf(" ");
  return { role: text.slice(0, space) as Role, twin: text.slice(space + 1) };
}
