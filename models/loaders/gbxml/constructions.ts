// Thermal transmittance of constructions and windows.
// Fed by    Construction, Layer, Material, WindowType
// Gives     U-values in W/(m2 K), and descriptions of what they are of
// K1  a U-value that the file states counts; without one it is computed from the layers: 1 / (Rsi + sum of R + Rse)
// K2  R of a material is its R-value, else thickness over conductivity; a construction with a material of which neither is
//     known has no U-value
// Source: ISO 6946:2017, 6.7 and table 7 (surface resistances: 0.13 sideways, 0.10 upwards, 0.17 downwards, 0.04 outside)

import type { Attributes } from "../../district.ts";
import type { XmlElement } from "../xml.ts";
import { child, children, type GbxmlDocument } from "./document.ts";

export type HeatFlow = "sideways" | "upwards" | "downwards";
/** What is on the other side of a surface. */
export type Outside = "air" | "ground" | "space";

const INSIDE_M2K_PER_W: Record<HeatFlow, number> = { sideways: 0.13, upwards: 0.1, downwards: 0.17 };
const OUTSIDE_M2K_PER_W = 0.04;
const PLAUSIBLE_W_PER_M2K = { min: 0.03, max: 15 };

export class Constructions {
  readonly #document: GbxmlDocument;
  readonly #described = new Map<XmlElement, Attributes>();
  readonly #resistances = new Map<XmlElement, number | undefined>();
  readonly #told = new Set<XmlElement>();

  constructor(document: GbxmlDocument) {
    this.#document = document;
  }

  /** U-value of a surface or an opening, and where it comes from. */
  uValue(element: XmlElement, flow: HeatFlow, outside: Outside): { uValueWPerM2K?: number; uValueFrom?: string } {
    const document = this.#document;
    const construction =
      document.referenced(element, "windowTypeIdRef", "WindowType") ??
      document.referenced(element, "constructionIdRef", "Construction") ??
      document.referenced(element, "constructionIdRef", "WindowType");
    const stated = this.#stated(element) ?? (construction && this.#stated(construction));
    if (stated !== undefined) return { uValueWPerM2K: stated };
    if (!construction) return {};
    const resistance = this.#resistanceOf(construction);
    if (resistance === undefined) {
      this.#tell(construction);
      return {};
    }
    const beyond = outside === "air" ? OUTSIDE_M2K_PER_W : outside === "space" ? INSIDE_M2K_PER_W[flow] : 0;
    const uValueWPerM2K = Number((1 / (INSIDE_M2K_PER_W[flow] + resistance + beyond)).toPrecision(9));
    return { uValueWPerM2K, uValueFrom: "layers" };
  }

  /** A construction or window type with its layers and materials. */
  described(element: XmlElement): Attributes | undefined {
    const document = this.#document;
    const construction =
      document.referenced(element, "windowTypeIdRef", "WindowType") ??
      document.referenced(element, "constructionIdRef", "Construction") ??
      document.referenced(element, "constructionIdRef", "WindowType");
    if (!construction) return undefined;
    const known = this.#described.get(construction);
    if (known) return known;
    const described = document.described(construction, new Set(["LayerId"]));
    const materials = this.#materials(construction).map((material) => document.described(material));
    if (materials.length > 0) described.materials = materials;
    const resistance = this.#resistanceOf(construction);
    if (resistance !== undefined) described.layersRValueM2KPerW = Number(resistance.toPrecision(9));
    this.#described.set(construction, described);
    return described;
  }

  #stated(element: XmlElement): number | undefined {
    const value = child(element, "U-value");
    const uValue = value && this.#document.value(value)?.value;
    if (uValue === undefined || !(uValue > 0)) return undefined;
    if ((uValue < PLAUSIBLE_W_PER_M2K.min || uValue > PLAUSIBLE_W_PER_M2K.max) && !this.#told.has(element)) {
      this.#told.add(element);
      const message = `${element.name} ${element.attributes.get("id") ?? ""} has a U-value of ${uValue} W/(m2 K)`;
      this.#document.findings.add("GBXML_U_VALUE_IMPLAUSIBLE", this.#document.at(element), message);
    }
    return uValue;
  }

  /** Sum of the layers' resistances, without those of the surfaces. */
  #resistanceOf(construction: XmlElement): number | undefined {
    if (!this.#resistances.has(construction)) this.#resistances.set(construction, this.#sum(construction));
    return this.#resistances.get(construction);
  }

  #sum(construction: XmlElement): number | undefined {
    const own = this.#document.number(construction, "R-value");
    const materials = this.#materials(construction);
    if (materials.length === 0) return own;
    let sum = 0;
    for (const material of materials) {
      const resistance = this.#ofMaterial(material);
      if (resistance === undefined) return own;
      sum += resistance;
    }
    return sum > 0 ? sum : own;
  }

  #ofMaterial(material: XmlElement): number | undefined {
    const stated = this.#document.number(material, "R-value");
    if (stated !== undefined) return stated;
    const thickness = this.#document.number(material, "Thickness");
    const conductivity = this.#document.number(material, "Conductivity");
    return thickness !== undefined && conductivity !== undefined && conductivity > 0
      ? thickness / conductivity
      : undefined;
  }

  /** In the order of the layers. Versions before 5 name materials in a construction without layers between. */
  #materials(construction: XmlElement): XmlElement[] {
    const document = this.#document;
    const layers = children(construction, "LayerId").flatMap(
      (id) => document.referenced(id, "layerIdRef", "Layer") ?? [],
    );
    return [construction, ...layers].flatMap((layer) =>
      children(layer, "MaterialId").flatMap((id) => document.referenced(id, "materialIdRef", "Material") ?? []),
    );
  }

  #tell(construction: XmlElement): void {
    if (this.#told.has(construction)) return;
    this.#told.add(construction);
    const name = `${construction.name} ${construction.attributes.get("id")}`;
    this.#document.findings.add(
      "GBXML_U_VALUE",
      this.#document.at(construction),
      `${name} has no U-value, nor layers to compute it`,
    );
  }
}
