// The HEADER section of a STEP file: who wrote it, when, with what, in which schema.
// Fed by    models/loaders/ifc/step.ts, entity by entity
// Gives     a `StepHeader`
// Source    ISO 10303-21, 8.2: FILE_DESCRIPTION, FILE_NAME, FILE_SCHEMA

import type { Cursor } from "./step-tokens.ts";
import { readParameters, type StepString } from "./step-values.ts";

export interface StepHeader {
  /** What FILE_SCHEMA names, in capitals: mostly one. */
  schemas: string[];
  /** View definitions and options. */
  description: string[];
  timeStamp: string;
  authors: string[];
  organizations: string[];
  preprocessor: string;
  originatingSystem: string;
}

export function emptyHeader(): StepHeader {
  return {
    schemas: [],
    description: [],
    timeStamp: "",
    authors: [],
    organizations: [],
    preprocessor: "",
    originatingSystem: "",
  };
}

/** Reads one header entity into `header`, the cursor on its parenthesis. Says what is wrong with it, if anything. */
export function readHeaderEntity(cursor: Cursor, keyword: string, header: StepHeader): string | undefined {
  const strings: StepString[] = [];
  const { broken, mends } = readParameters(cursor, strings);
  const of = (argument: number): string[] =>
    strings.filter((s) => s.argument === argument && s.text).map((s) => s.text);
  if (keyword === "FILE_DESCRIPTION") header.description = of(0);
  if (keyword === "FILE_SCHEMA") header.schemas = strings.map((s) => s.text.trim().toUpperCase()).filter(Boolean);
  if (keyword === "FILE_NAME") {
    header.timeStamp = of(1)[0] ?? "";
    header.authors = of(2);
    header.organizations = of(3);
    header.preprocessor = of(4)[0] ?? "";
    header.originatingSystem = of(5)[0] ?? "";
  }
  return broken ?? mends.find((mend) => mend.code !== "IFC_TEXT_ENCODING")?.message;
}
