// Carries out the commands of a script, line by line.
// Fed by    lines with their places
// Gives     the objects that they define, edit, open and disable; a request when a line asks for another file
// Must not  solve anything: commands that only calculate or show are counted, those that would change the network are findings
// V1  a line that is not understood changes nothing but the count of what is unknown

import type { OpenDssCensus } from "./census.ts";
import { classOf, type DssClass } from "./classes.ts";
import { commandOf, effectOf } from "./commands.ts";
import { Editor } from "./editor.ts";
import type { OpenDssFindings } from "./findings.ts";
import { numberOf } from "./inline-math.ts";
import { type DssObject, Objects, type Place, placeText } from "./objects.ts";
import { namesMatching } from "./patterns.ts";
import { optionsOf, optionValue, setCoordinates, setVoltageBase } from "./settings.ts";
import { type Parameter, parametersOf, plainToken, shownText } from "./tokens.ts";
import { Variables } from "./variables.ts";

/** A file that a line asks for. */
export type FileRequest = { path: string; place: Place } & (
  | { does: "redirect" | "compile" }
  | { does: "coordinates"; isGeographic: boolean; isSwapped: boolean }
);

const CIRCUIT = "circuit";
/** So many letters of a command tell that a file is a script. */
const MIN_TELLING = 3;

export class Evaluator {
  objects = new Objects();
  /** Whether any line was understood. */
  hasUnderstood = false;
  readonly #findings: OpenDssFindings;
  readonly #census: OpenDssCensus;
  readonly #editor: Editor;
  readonly #variables: Variables;
  #active: DssObject | undefined;
  #activeClass: DssClass | undefined;
  /** The object of the last New or Edit was told of and left out; lines that go on with it are, too. */
  #isLeftOut = false;

  constructor(findings: OpenDssFindings, census: OpenDssCensus) {
    this.#findings = findings;
    this.#census = census;
    this.#editor = new Editor(findings, census);
    this.#variables = new Variables(findings);
  }

  run(line: string, place: Place): FileRequest | undefined {
    // `~kv=11`: the tilde needs no blank behind it.
    const parameters = parametersOf(line.replace(/^(\s*~)(?=\S)/, "$1 "));
    const first = parameters[0];
    if (!first) return undefined;
    if (parameters.some(({ value }) => value.isOpen))
      this.#findings.add("OPENDSS_QUOTE", placeText(place), "a bracket or quote is not closed");
    if (first.name !== "") {
      this.#setProperty(first, parameters.slice(1), place);
      return undefined;
    }
    const command = commandOf(first.value.text);
    if (command === undefined) {
      this.#census.countUnknown(`command ${shownText(first.value.text)}`);
      this.#findings.add(
        "OPENDSS_COMMAND_UNKNOWN",
        placeText(place),
        `there is no command "${shownText(first.value.text)}"`,
      );
      return undefined;
    }
    // Single letters of any text are short for some command.
    if (first.value.text.length >= MIN_TELLING || command.length < MIN_TELLING) this.hasUnderstood = true;
    const rest = parameters.slice(1);
    if (command !== "var") for (const each of rest) each.value = this.#variables.replacedIn(each.value, place);
    return this.#carryOut(command, rest, place);
  }

  #carryOut(command: string, rest: Parameter[], place: Place): FileRequest | undefined {
    const effect = effectOf(command);
    if (effect !== "carriedOut") {
      if (command !== "//") this.objects.commands.set(command, (this.objects.commands.get(command) ?? 0) + 1);
      if (effect === "changes")
        this.#findings.add("OPENDSS_COMMAND_NOT_CARRIED_OUT", placeText(place), `${command} was not carried out`);
      return undefined;
    }
    const path = rest[0]?.value.text.trim() ?? "";
    switch (command.toLowerCase()) {
      case "redirect":
      case "compile":
        return { does: command === "Compile" ? "compile" : "redirect", path, place };
      case "buscoords":
        return { does: "coordinates", path, place, isGeographic: false, isSwapped: false };
      case "latlongcoords":
      case "giscoords":
        return { does: "coordinates", path, place, isGeographic: true, isSwapped: true };
      case "new":
        this.#create(rest, place);
        break;
      case "edit":
      case "select":
        this.#select(rest, place);
        break;
      case "more":
      case "m":
      case "~":
        if (this.#active) this.#editor.edit(this.#active, rest, place, this.objects);
        else if (!this.#isLeftOut)
          this.#findings.add("OPENDSS_OBJECT_UNKNOWN", placeText(place), "there is no object to go on with");
        break;
      case "batchedit":
        this.#editMany(rest, place);
        break;
      case "enable":
      case "disable":
        this.#enable(rest, command === "Enable", place);
        break;
      case "open":
      case "close":
        this.#switch(rest, command === "Open", place);
        break;
      case "clear":
      case "clearall":
        this.#clear(place);
        break;
      case "set":
        this.#setOptions(rest, place);
        break;
      case "var":
        this.#variables.set(rest);
        break;
      case "setkvbase":
        setVoltageBase(rest, place, this.objects, this.#findings);
        break;
      case "setbusxy":
        setCoordinates(rest, place, this.objects, this.#findings);
        break;
      case "calcvoltagebases":
        this.objects.commands.set(command, (this.objects.commands.get(command) ?? 0) + 1);
        break;
    }
    return undefined;
  }

  /** `Load.s860.vminpu=.85 model=1`, or `vminpu=.85` for the active object. */
  #setProperty(first: Parameter, rest: Parameter[], place: Place): void {
    const dot = first.name.lastIndexOf(".");
    const object = dot < 0 ? this.#active : this.#find(first.name.slice(0, dot), place);
    if (dot < 0 && !object) {
      this.#census.countUnknown(`command ${shownText(first.name)}`);
      this.#findings.add("OPENDSS_COMMAND_UNKNOWN", placeText(place), `"${shownText(first.name)}" is no command`);
    }
    if (!object) return;
    this.hasUnderstood = true;
    this.#active = object;
    const parameters = [{ name: first.name.slice(dot + 1), value: first.value }, ...rest];
    for (const each of parameters) each.value = this.#variables.replacedIn(each.value, place);
    this.#editor.edit(object, parameters, place, this.objects);
  }

  #create([object, ...rest]: Parameter[], place: Place): void {
    const [className, name] = splitName(object?.value.text ?? "");
    this.#active = undefined;
    this.#isLeftOut = true;
    if (className === undefined || name === "") {
      this.#findings.add(
        "OPENDSS_OBJECT_NAME",
        placeText(place),
        `"${shownText(object?.value.text ?? "")}" is no class.name`,
      );
      return;
    }
    if (className.toLowerCase() === CIRCUIT) {
      this.#createCircuit(name, rest, place);
      return;
    }
    const of = this.#class(className, place);
    if (!of) return;
    this.#activeClass = of;
    const existing = this.objects.find(of, name);
    if (existing && of.group !== "general")
      this.#findings.add(
        "OPENDSS_DUPLICATE",
        placeText(place),
        `${of.name}.${name} stands already in ${placeText(existing.place)}`,
      );
    this.#active = existing ?? this.objects.add(of, name, place);
    this.#editor.edit(this.#active, rest, place, this.objects);
  }

  /** A circuit brings its source with it, a Vsource named `source`, which the rest of the line describes. */
  #createCircuit(name: string, rest: Parameter[], place: Place): void {
    const { circuit } = this.objects;
    if (circuit) {
      this.#findings.add("OPENDSS_SECOND_CIRCUIT", placeText(place), `the circuit ${circuit.name} is there already`);
      return;
    }
    this.objects.circuit = { name, place };
    const of = classOf("vsource")!;
    this.#activeClass = of;
    this.#active = this.objects.find(of, "source") ?? this.objects.add(of, "source", place);
    this.#editor.edit(this.#active, rest, place, this.objects);
  }

  #select([object, ...rest]: Parameter[], place: Place): void {
    const found = this.#find(object?.value.text ?? "", place);
    this.#active = found;
    this.#isLeftOut = true;
    if (found) this.#editor.edit(found, rest, place, this.objects);
  }

  #editMany([objects, ...rest]: Parameter[], place: Place): void {
    const [className, pattern] = splitName(objects?.value.text ?? "");
    const of = className === undefined ? undefined : this.#class(className, place);
    if (!of) return;
    const matching = namesMatching(pattern);
    if (!matching) {
      this.#findings.add("OPENDSS_PATTERN", placeText(place), `the pattern "${shownText(pattern)}" is not read`);
      return;
    }
    this.#editor.editMatching(of, matching, rest, place, this.objects);
  }

  #enable([object]: Parameter[], isEnabled: boolean, place: Place): void {
    const [className, name] = splitName(object?.value.text ?? "");
    const enabled = { name: "enabled", value: plainToken(isEnabled ? "yes" : "no") };
    if (name === "*" && className !== undefined) {
      this.#editMany([{ name: "", value: plainToken(`${className}..*`) }, enabled], place);
      return;
    }
    const found = this.#find(object?.value.text ?? "", place);
    if (found) this.#editor.edit(found, [enabled], place, this.objects);
  }

  #switch(parameters: Parameter[], opens: boolean, place: Place): void {
    const [object, terminal, conductor] = ["object", "term", "cond"].map((key, index) => {
      return (
        parameters.find(({ name }) => name !== "" && key.startsWith(name.toLowerCase().slice(0, 4)))?.value ??
        parameters[index]?.value
      );
    });
    const found = this.#find(object?.text ?? "", place);
    if (!found) return;
    const at = (terminal && numberOf(terminal)) || 1;
    const which = (conductor && numberOf(conductor)) || 0;
    const conductors = found.open.get(at) ?? new Set();
    if (opens) found.open.set(at, conductors.add(which));
    else if (which === 0) found.open.delete(at);
    else conductors.delete(which);
    if (conductors.size === 0) found.open.delete(at);
  }

  #clear(place: Place): void {
    const { circuit, all } = this.objects;
    if (circuit) {
      const message = `the circuit ${circuit.name} and its ${all.length} objects are cleared`;
      this.#findings.add("OPENDSS_CLEARED", placeText(place), message);
    }
    const options = [...this.objects.options];
    this.objects = new Objects();
    for (const [name, value] of options) if (name === "DefaultBaseFrequency") this.objects.options.set(name, value);
    this.#active = undefined;
    this.#activeClass = undefined;
  }

  #setOptions(parameters: Parameter[], place: Place): void {
    for (const { option, value } of optionsOf(parameters, place, this.#findings, this.#census)) {
      if (option === "element" || option === "object") this.#active = this.#find(value.text, place) ?? this.#active;
      else if (option === "class" || option === "type") this.#activeClass = classOf(value.text) ?? this.#activeClass;
      else this.objects.options.set(option, optionValue(value));
    }
  }

  #find(name: string, place: Place): DssObject | undefined {
    const [className, objectName] = splitName(name);
    if (className?.toLowerCase() === CIRCUIT) return this.objects.find(classOf("vsource")!, "source");
    const of = className === undefined ? this.#activeClass : this.#class(className, place);
    if (!of) return undefined;
    const found = this.objects.find(of, objectName);
    if (found) this.#activeClass = of;
    else
      this.#findings.add("OPENDSS_OBJECT_UNKNOWN", placeText(place), `there is no ${of.name}.${shownText(objectName)}`);
    return found;
  }

  #class(name: string, place: Place): DssClass | undefined {
    const of = classOf(name);
    if (of) return of;
    this.#census.countUnknown(`class ${shownText(name)}`);
    this.#findings.add("OPENDSS_CLASS_UNKNOWN", placeText(place), `there is no class "${shownText(name)}"`);
    return undefined;
  }
}

/** A class and a name; the name may itself hold dots. */
function splitName(text: string): [className: string | undefined, name: string] {
  const dot = text.indexOf(".");
  return dot < 0 ? [undefined, text.trim()] : [text.slice(0, dot).trim(), text.slice(dot + 1).trim()];
}
