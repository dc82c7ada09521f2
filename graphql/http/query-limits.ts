// Parsing and validation within limits, and with coded errors.
// Q1  a text of more than MAX_TOKENS is refused while it is parsed
// Q2  an operation deeper than MAX_DEPTH is LIMIT_EXCEEDED; introspection is held by graphql-js' own rule
// Q3  a value that does not fit its type is INPUT_INVALID; any other fault is GRAPHQL_VALIDATION_FAILED

import type { Plugin } from "graphql-yoga";
import { inputInvalid, limitExceeded } from "../errors.ts";
import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  type SelectionSetNode,
  specifiedRules,
  type ValidationContext,
  ValuesOfCorrectTypeRule,
  validate,
} from "../graphql-js.ts";
import { MAX_DEPTH, MAX_TOKENS } from "../limits.ts";

const STRUCTURE_RULES = specifiedRules.filter((rule) => rule !== ValuesOfCorrectTypeRule);

export function useQueryLimits(): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn(parseWithinLimits);
    },
    onValidate({ setValidationFn }) {
      setValidationFn(validateWithinLimits);
    },
  };
}

function parseWithinLimits(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: MAX_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes(`${MAX_TOKENS} tokens`)) {
      throw limitExceeded(
        `the query has more than ${MAX_TOKENS} words and signs`,
        "Use variables for long lists, or ask in several queries.",
      );
    }
    throw error;
  }
}

function validateWithinLimits(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const deep = validate(schema, document, [depthRule]);
  if (deep.length > 0) return deep;
  const structure = validate(schema, document, STRUCTURE_RULES);
  const values = validate(schema, document, [ValuesOfCorrectTypeRule]);
  return [...structure.map(asLimit), ...values.map(asInputInvalid)];
}

/** graphql-js gives up on comparing fields of one name at a limit of its own, and says no more than this. */
function asLimit(error: GraphQLError): GraphQLError {
  if (error.message !== "Validation aborted.") return error;
  return limitExceeded("the query has too many fields of one name to be compared", "Ask for each field once.");
}

function asInputInvalid(error: GraphQLError): GraphQLError {
  if (error.extensions.code !== undefined) return error;
  const { message, extensions } = inputInvalid(error.message);
  return new GraphQLError(message, { nodes: error.nodes ?? null, extensions });
}

/** Counts through fragments, each once; a ring of fragments is another rule's finding. */
function depthRule(context: ValidationContext): ASTVisitor {
  const depths = new Map<SelectionSetNode, number>();
  const depthOf = (selection: SelectionSetNode | undefined): number => {
    if (!selection) return 0;
    const known = depths.get(selection);
    if (known !== undefined) return known;
    depths.set(selection, 0);
    let deepest = 0;
    for (const node of selection.selections) {
      if (node.kind === "Field") {
        if (!node.name.value.startsWith("__")) deepest = Math.max(deepest, 1 + depthOf(node.selectionSet));
      } else if (node.kind === "InlineFragment") deepest = Math.max(deepest, depthOf(node.selectionSet));
      else deepest = Math.max(deepest, depthOf(context.getFragment(node.name.value)?.selectionSet));
    }
    depths.set(selection, deepest);
    return deepest;
  };
  return {
    OperationDefinition(operation) {
      const depth = depthOf(operation.selectionSet);
      if (depth <= MAX_DEPTH) return;
      context.reportError(
        limitExceeded(
          `the query is ${depth} fields deep, and ${MAX_DEPTH} are allowed`,
          "Ask in two queries, by the ids of the first.",
        ),
      );
    },
  };
}
