// Quick execution: queries are answered by their plan, in a third of the time; whatever is no plain success is executed again by graphql.
// Fed by    operations as Yoga hands them to an executor
// Gives     the answer, or what the other executor gives
// X1  an answer given here is the one that graphql would give, key for key: tried with all kinds of queries by a test
// X2  an error, or a null where none may be, is never told from here: the other executor does it all again, and tells it
// X3  only queries: nothing that changes anything is ever done twice

import type { Context } from "../context.ts";
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, getVariableValues } from "../graphql-js.ts";
import { GiveUp, Plan } from "./plan.ts";
import { Run } from "./run.ts";

/** As graphql has it. */
const MAX_VARIABLE_ERRORS = 50;

/** Of those that a client sends again the server keeps the document. A query that has no plan is known by it, too. */
type Plans = Map<string | null | undefined, Plan | undefined>;

export class QuickExecution {
  readonly #plans = new WeakMap<DocumentNode, Plans>();

  /** The data of the answer; undefined when it is for another executor. */
  async data(args: ExecutionArgs): Promise<ExecutionResult["data"]> {
    const plan = this.#planOf(args);
    if (!plan) return undefined;
    const { schema, operation } = plan;
    const context = args.contextValue as Context;
    try {
      const variables = getVariableValues(schema, operation.variableDefinitions ?? [], args.variableValues ?? {}, {
        maxErrors: MAX_VARIABLE_ERRORS,
      });
      if (!variables.coerced) return undefined;
      return await new Run(plan, variables.coerced, context).data();
    } catch (error) {
      if (error instanceof GiveUp && error.isForGood)
        this.#plans.get(args.document)?.set(args.operationName, undefined);
      context.budget.renew();
      return undefined;
    }
  }

  #planOf({ schema, document, operationName }: ExecutionArgs): Plan | undefined {
    const plans: Plans = this.#plans.get(document) ?? new Map();
    this.#plans.set(document, plans);
    if (!plans.has(operationName)) plans.set(operationName, planned(schema, document, operationName));
    const plan = plans.get(operationName);
    return plan?.schema === schema ? plan : undefined;
  }
}

function planned(...of: ConstructorParameters<typeof Plan>): Plan | undefined {
  try {
    return new Plan(...of);
  } catch (error) {
    if (error instanceof GiveUp) return undefined;
    throw error;
  }
}
