// The last step of every answer: all its errors are coded, and those that nobody foresaw are logged.
// E1  no answer leaves with an error that `coded` did not make; events of subscriptions are answers, too
// E2  an answer without a body says in JSON why it has none
// E3  a subscription whose source fails ends with an answer that says why

import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import { coded } from "../errors.ts";
import { type ExecutionResult, GraphQLError } from "../graphql-js.ts";
import { refusal } from "./refusal.ts";

type Results = ExecutionResult | readonly ExecutionResult[] | AsyncIterable<ExecutionResult>;

export function useCodedErrors(log: Logger): Plugin {
  const unforeseen = (error: unknown) => {
    const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
    const path = error instanceof GraphQLError ? error.path?.join(".") : undefined;
    log.error({ err: cause, path }, "a resolver failed");
  };
  const one = (result: ExecutionResult): ExecutionResult =>
    result.errors ? { ...result, errors: result.errors.map((error) => coded(error, unforeseen)) } : result;

  return {
    onResultProcess({ result, setResult }) {
      const results = result as Results;
      if (Symbol.asyncIterator in results) setResult(mapped(results[Symbol.asyncIterator](), one));
      else if (!Array.isArray(results)) setResult(one(results as ExecutionResult));
    },
    onResponse({ response, setResponse }) {
      if (response.status === 406 && response.body === null) {
        setResponse(refusal("NOT_ACCEPTABLE", "the answer has no form that the client accepts"));
      }
    },
  };
}

/** Each result changed by `change`; ending it ends its source. */
function mapped(
  source: AsyncIterator<ExecutionResult>,
  change: (result: ExecutionResult) => ExecutionResult,
): AsyncIterableIterator<ExecutionResult> {
  const step = ({ done, value }: IteratorResult<ExecutionResult>): IteratorResult<ExecutionResult> =>
    done ? { done, value } : { done: false, value: change(value) };
  let failed = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      if (failed) return { done: true, value: undefined };
      try {
        return step(await source.next());
      } catch (error) {
        failed = true;
        const { message } = error as Error;
        const errors = [new GraphQLError(message, { originalError: error as Error })];
        return step({ done: false, value: { errors } });
      }
    },
    return: async () => (source.return ? step(await source.return()) : { done: true, value: undefined }),
  };
}
