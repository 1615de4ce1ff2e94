// Holds a GraphQL question and an answer against GitHub's public schema: node graphql.mjs '{"query", "variables", "answer"}'.
// Prints the mistakes as a JSON list. An answer is sound when the schema, asked the question with it as its data, gives it back.
import { schema as github } from "@octokit/graphql-schema";
import { buildSchema, execute, parse, validate } from "graphql";
import { isDeepStrictEqual } from "node:util";

const { query, variables, answer } = JSON.parse(process.argv[2]);
// GitHub publishes two fields of `EnterpriseOwnerInfo` twice, which a strict reader refuses.
const schema = buildSchema(github.idl, { assumeValidSDL: true });
const document = parse(query);
const mistakes = validate(schema, document).map((mistake) => mistake.message);
if (answer && mistakes.length === 0) {
    const again = await execute({ schema, document, rootValue: answer.data, variableValues: variables });
    mistakes.push(...(again.errors ?? []).map((mistake) => `${mistake.path?.join(".")}: ${mistake.message}`));
    const plain = JSON.parse(JSON.stringify(again.data));
    if (mistakes.length === 0 && !isDeepStrictEqual(plain, answer.data)) {
        mistakes.push(`the answer holds what was not asked for: ${JSON.stringify(answer.data)}`);
    }
}
console.log(JSON.stringify(mistakes));
