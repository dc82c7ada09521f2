// Dynamizers of CityGML 3: which sensor or series gives which attribute of a building, storey or room.
// Fed by    `Dynamizer` elements, wherever they stand
// Gives     `dynamizers` of the object that they are bound to, and a device for each that names a sensor
// Source    OGC 20-010 (CityGML 3.0 conceptual model), clause 7.6
// D1  a Dynamizer belongs to what its attributeRef names, or else to what it stands in

import type { Attributes, Json } from "../../district.ts";
import type { CityObject } from "../city/city-object.ts";
import type { Tally } from "../tally.ts";
import type { XmlElement } from "../xml.ts";
import type { FileIndex, GmlFindings } from "./file-index.ts";
import { type GmlObject, GmlValues } from "./gml-values.ts";

/** A device that feeds an attribute of an object. */
export interface SensorDevice {
  element: string;
  name: string | undefined;
  attributes: Attributes;
  /** Id of the object. */
  of: string;
}

/** `//bldg:Building[@gml:id='b1']/...`, in quotes of either kind, or `id('b1')/...` */
const REFERENCE = /@(?:gml:)?id\s*=\s*(?:'([^']+)'|"([^"]+)")|\bid\(\s*(?:'([^']+)'|"([^"]+)")\s*\)/g;
/** What names one stream of readings at the service of a SensorConnection. */
const STREAMS = ["sensorID", "datastreamID", "observationID", "mqttTopic"];

export class Dynamizers {
  readonly devices: SensorDevice[] = [];
  readonly #index: FileIndex;
  readonly #findings: GmlFindings;
  readonly #census: Tally;
  readonly #values: GmlValues;
  readonly #found: { element: XmlElement; host: string | undefined }[] = [];

  constructor(index: FileIndex, findings: GmlFindings, census: Tally) {
    this.#index = index;
    this.#findings = findings;
    this.#census = census;
    this.#values = new GmlValues(index, findings);
  }

  /** A Dynamizer that stands in an object, or beside all of them. */
  add(element: XmlElement, host: string | undefined): void {
    this.#found.push({ element, host });
  }

  /** Says of each object what is bound to it; `holderOf` gives the twin that an id of the file lies in. */
  finish(objects: ReadonlyMap<string, CityObject>, holderOf: (id: string) => string | undefined): void {
    const byObject = new Map<string, Json[]>();
    for (const { element, host } of this.#found) {
      const dynamizer = this.#read(element);
      const of = this.#holder(String(dynamizer.attributeRef ?? ""), holderOf) ?? (host && holderOf(host));
      if (of === undefined || !objects.has(of)) {
        this.#census.add("unknown", element.name);
        const message = `the Dynamizer is bound to nothing: its attributeRef is ${String(dynamizer.attributeRef ?? "missing")}`;
        this.#findings.add("CITYGML_DYNAMIZER", this.#index.at(element), message.slice(0, 300));
        continue;
      }
      this.#census.add("kept", element.name);
      const list = byObject.get(of) ?? [];
      byObject.set(of, list);
      list.push(dynamizer);
      this.#addDevice(dynamizer, of);
    }
    for (const [id, list] of byObject) objects.get(id)!.said.push(["dynamizers", list]);
  }

  #read(element: XmlElement): GmlObject {
    const { type: _, sensorConnection, dynamicData, ...said } = this.#values.object(element);
    const dynamizer: GmlObject = { ...said };
    if (sensorConnection !== undefined) dynamizer.sensorConnection = withoutType(sensorConnection);
    if (dynamicData !== undefined) dynamizer.timeseries = dynamicData;
    return dynamizer;
  }

  /** The innermost element that an attributeRef names by its id. */
  #holder(attributeRef: string, holderOf: (id: string) => string | undefined): string | undefined {
    const ids = [...attributeRef.matchAll(REFERENCE)].map(([, ...found]) => found.find((id) => id !== undefined)!);
    for (const id of ids.reverse()) {
      const holder = holderOf(id);
      if (holder !== undefined) return holder;
    }
    return undefined;
  }

  #addDevice({ id, name, attributeRef, sensorConnection }: GmlObject, of: string): void {
    if (typeof id !== "string" || typeof sensorConnection !== "object" || sensorConnection === null) return;
    const connection = sensorConnection as GmlObject;
    if (!STREAMS.some((stream) => connection[stream] !== undefined)) return;
    const attributes: Attributes = { sensorConnection: connection };
    if (attributeRef !== undefined) attributes.attributeRef = attributeRef;
    this.devices.push({ element: id, name: typeof name === "string" ? name : undefined, attributes, of });
  }
}

function withoutType(json: Json): Json {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  const { type: _, ...others } = json;
  return others;
}
