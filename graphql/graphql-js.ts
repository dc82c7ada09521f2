// graphql-js, named in this one place.
// It is asked for by the file that Node takes for `graphql`, and that Yoga therefore runs on: bundlers and test runners
// take another build of it for the bare name, and two builds in one process do not know each other's schemas.

export type {
  ASTVisitor,
  DocumentNode,
  ExecutionResult,
  FragmentDefinitionNode,
  GraphQLFieldResolver,
  GraphQLResolveInfo,
  GraphQLScalarType,
  GraphQLSchema,
  ObjectValueNode,
  SelectionNode,
  SelectionSetNode,
  ValidationContext,
  ValueNode,
} from "graphql/index.js";
export {
  buildASTSchema,
  GraphQLError,
  isInterfaceType,
  isObjectType,
  isScalarType,
  parse,
  specifiedRules,
  ValuesOfCorrectTypeRule,
  validate,
} from "graphql/index.js";
