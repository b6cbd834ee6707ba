// The OpenAPI document, and how far a tour has come in it.
import { readFile } from 'node:fs/promises';

const file = new URL('../../src/KvsRecords.Server/OpenApi/v1.json', import.meta.url);

/** The document, with one thing more: answers have no members but those that it names. So nothing can be answered that it does not say. */
export async function readStrict() {
  const document = JSON.parse(await readFile(file, 'utf8'));
  for (const schema of Object.values(document.components.schemas)) {
    if (schema.properties) schema.additionalProperties = false;
  }
  return document;
}

/** What an operation says of an answer; undefined when it says nothing. */
export function answerOf(document, method, path, status) {
  return resolve(document, document.paths[path]?.[method.toLowerCase()]?.responses[status]);
}

/** Every answer in the document, as "METHOD /path status". */
export function answersIn(document) {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) =>
      Object.keys(operation.responses ?? {}).map((status) => `${method.toUpperCase()} ${path} ${status}`)));
}

/** Every type of error in the document. */
export function errorTypesIn(document) {
  return Object.values(document.components.responses).flatMap((response) =>
    Object.values(response.content?.['application/json']?.examples ?? {}).map((example) => example.value.error.type));
}

function resolve(document, json) {
  return json?.$ref ? json.$ref.split('/').slice(1).reduce((part, name) => part[name], document) : json;
}
