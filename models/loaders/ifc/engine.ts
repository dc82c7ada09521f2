// The IFC engine (web-ifc): opens a clean STEP structure and gives its entities by class and by number.
// Fed by    models/loaders/ifc.ts, with the clean copy of models/loaders/ifc/step.ts
// Gives     an `IfcModel` for as long as one function runs
// Must not  keep a model open: models live in the WASM heap, and nothing else frees them
// E1  one engine, woken at the first file; a file that breaks it gets the next file a new one
// E2  a model is opened, read and closed without an await between, so that loads never interleave
// E3  nothing is written to the console

import type { IfcAPI } from "web-ifc";
import type { IfcFindings } from "./findings.ts";
import type { StepFile } from "./step.ts";
import type { StepShape } from "./step-shape.ts";

export type IfcSchema = "IFC2X3" | "IFC4" | "IFC4X3";

/** An entity with its attributes by their names in the schema; values as models/loaders/ifc/entity.ts reads them. */
export interface IfcEntity {
  readonly label: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface IfcModel {
  readonly schema: IfcSchema;
  /** Numbers of the entities of a class (in capitals) and of its subclasses, rising. */
  labels(className: string): number[];
  /** The entity, or undefined (with a finding, the first time) when it is not there or cannot be read. */
  entity(label: number): IfcEntity | undefined;
  /** Class as the schema writes it (`IfcSpace`), or undefined when the file has no such entity. */
  classOf(label: number): string | undefined;
  /** Entities of classes that the schema does not have: their number by class. */
  unknownClasses(): Record<string, number>;
}

/** Above any that the engine writes at. */
const LOG_LEVEL_OFF = 6;
/** web-ifc takes a class it does not know for this one, or for a number without a name. */
const UNKNOWN_NAME = "<web-ifc-type-unknown>";

let engine: Promise<IfcAPI> | undefined;

async function wake(): Promise<IfcAPI> {
  const { IfcAPI } = await import("web-ifc");
  const api = new IfcAPI();
  await api.Init();
  api.SetLogLevel(LOG_LEVEL_OFF);
  return api;
}

/** Opens a clean file, hands the model to `read` and closes it. Undefined, with a finding, when the engine gives up. */
export async function withModel<T>(
  step: StepFile,
  schema: IfcSchema,
  findings: IfcFindings,
  read: (model: IfcModel) => T,
): Promise<T | undefined> {
  try {
    engine ??= wake();
    const api = await engine;
    const id = api.OpenModel(step.copy.structure(schema));
    if (id < 0) throw new Error("it does not open the file");
    const result = read(new OpenModel(api, id, step, schema, findings));
    api.CloseModel(id);
    return result;
  } catch (error) {
    engine = undefined; // with all its memory, whatever state the file left it in
    findings.add("IFC_ENGINE_FAILED", "", error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

class OpenModel implements IfcModel {
  readonly schema: IfcSchema;
  readonly #api: IfcAPI;
  readonly #id: number;
  readonly #classes: ReadonlyMap<number, string>;
  readonly #shape: StepShape;
  readonly #findings: IfcFindings;
  readonly #invalid = new Set<number>();
  /** Class in capitals to its name in the schema; undefined when the schema has no such class. */
  readonly #names = new Map<string, string | undefined>();

  readonly #unknown = new Map<string, { first: number; count: number }>();

  constructor(api: IfcAPI, id: number, { classes, shape }: StepFile, schema: IfcSchema, findings: IfcFindings) {
    this.schema = schema;
    this.#api = api;
    this.#id = id;
    this.#classes = classes;
    this.#shape = shape;
    this.#findings = findings;
    this.#nameClasses();
  }

  labels(className: string): number[] {
    const code = this.#api.GetTypeCodeFromName(className);
    return Array.from(this.#api.GetLineIDsWithType(this.#id, code, true)).sort((a, b) => a - b);
  }

  entity(label: number): IfcEntity | undefined {
    const name = this.#classes.get(label);
    if (!name || !this.#names.get(name)) return undefined;
    const shape = this.#shape.attributes(name, label);
    if (shape) return { label, attributes: shape };
    try {
      const attributes: Record<string, unknown> | undefined = this.#api.GetLine(this.#id, label);
      return attributes && { label, attributes }; // what is pure shape was not handed to the engine
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!this.#invalid.has(label)) {
        // What the engine says may be of its own variables.
        const said = why.replace(/\bundefined\b/g, "nothing");
        this.#findings.add("IFC_ENTITY_INVALID", `#${label}`, `this ${this.classOf(label)} cannot be read: ${said}`);
      }
      this.#invalid.add(label);
      return undefined;
    }
  }

  classOf(label: number): string | undefined {
    const name = this.#classes.get(label);
    return name && (this.#names.get(name) ?? name);
  }

  unknownClasses(): Record<string, number> {
    return Object.fromEntries([...this.#unknown].map(([name, { count }]) => [name, count]));
  }

  #nameClasses(): void {
    const known = new Set(this.#api.GetIfcEntityList(this.#id));
    const unknown = this.#unknown;
    for (const [label, name] of this.#classes) {
      if (!this.#names.has(name)) {
        const code = this.#api.GetTypeCodeFromName(name);
        const written = known.has(code) ? this.#api.GetNameFromTypeCode(code) : undefined;
        this.#names.set(name, written === UNKNOWN_NAME ? undefined : written);
      }
      if (this.#names.get(name)) continue;
      const seen = unknown.get(name) ?? { first: label, count: 0 };
      unknown.set(name, { ...seen, count: seen.count + 1 });
    }
    for (const [name, { first, count }] of unknown) {
      const message = `${this.schema} has no class ${name}; ${count === 1 ? "its entity was" : `its ${count} entities were`} left out`;
      this.#findings.add("IFC_CLASS_UNKNOWN", `#${first}`, message);
    }
  }
}
