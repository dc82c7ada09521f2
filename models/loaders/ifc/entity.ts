// Reading the attributes of an IFC entity as the engine gives them.
// Fed by    models/loaders/ifc/engine.ts
// Gives     texts, numbers, references and typed values, or undefined for what is unset or of another kind
// N1  never throws, whatever a file puts where

import type { Json } from "../../district.ts";
import type { IfcEntity } from "./engine.ts";

/** A value with the defined type it was written with: `IFCLENGTHMEASURE(3.5)`. */
export interface IfcValue {
  /** In capitals; empty when the file says none. */
  type: string;
  value: Json;
}

const REFERENCE = 5; // web-ifc's REF
const REAL = 4; // web-ifc's REAL, which it hands over as text when no type stands before it

/** Text of an attribute; undefined when unset or empty. */
export function text(entity: IfcEntity, attribute: string): string | undefined {
  const { value } = typed(entity.attributes[attribute]);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Number of an attribute; undefined when unset or no finite number. */
export function number(entity: IfcEntity, attribute: string): number | undefined {
  const { value } = typed(entity.attributes[attribute]);
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : undefined;
}

export function numbers(entity: IfcEntity, attribute: string): number[] | undefined {
  const { value } = typed(entity.attributes[attribute]);
  if (!Array.isArray(value)) return undefined;
  const all = value.map(Number);
  return all.every(Number.isFinite) ? all : undefined;
}

export function texts(entity: IfcEntity, attribute: string): string[] {
  return values(entity, attribute).flatMap(({ value }) => (typeof value === "string" && value !== "" ? [value] : []));
}

/** Number of the entity that an attribute refers to. */
export function reference(entity: IfcEntity, attribute: string): number | undefined {
  return referenceIn(entity.attributes[attribute]);
}

/** Numbers of the entities that an attribute lists, or the one that it names. */
export function references(entity: IfcEntity, attribute: string): number[] {
  const raw = entity.attributes[attribute];
  const list = isRecord(raw) && Array.isArray(raw.value) ? raw.value : raw; // IfcPropertySetDefinitionSet wraps its list
  return (Array.isArray(list) ? list : [list]).map(referenceIn).filter((label) => label !== undefined);
}

export function value(entity: IfcEntity, attribute: string): IfcValue {
  return typed(entity.attributes[attribute]);
}

export function values(entity: IfcEntity, attribute: string): IfcValue[] {
  const raw = entity.attributes[attribute];
  return Array.isArray(raw) ? raw.map(typed) : [];
}

function referenceIn(raw: unknown): number | undefined {
  if (!isRecord(raw) || raw.type !== REFERENCE) return undefined;
  return typeof raw.value === "number" ? raw.value : undefined;
}

function typed(raw: unknown): IfcValue {
  if (!isRecord(raw)) return { type: "", value: json(raw) };
  if (raw.type === REFERENCE) return { type: "", value: null };
  const type = typeof raw.name === "string" ? raw.name : "";
  const read = json(raw.value);
  return { type, value: raw.type === REAL && typeof read === "string" ? finite(Number(read)) : read };
}

function json(raw: unknown): Json {
  if (typeof raw === "string" || typeof raw === "boolean") return raw;
  if (typeof raw === "number") return finite(raw);
  if (Array.isArray(raw)) return raw.map((part) => (isRecord(part) ? typed(part).value : json(part)));
  return null;
}

function finite(raw: number): number | null {
  return Number.isFinite(raw) ? raw : null;
}

function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}
