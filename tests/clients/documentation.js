// The examples of docs/clients.md, as they stand there.
import { readFile } from 'node:fs/promises';
import { alice } from './server.js';

/**
 * @param {string} heading What the section is called.
 * @param {string} language
 * @returns {Promise<string>} The first example of the section in that language, with this server and Alice's token.
 */
export async function example(heading, language, server) {
  const page = await readFile(new URL('../../docs/clients.md', import.meta.url), 'utf8');
  const section = page.split(/^## /m).find((one) => one.startsWith(`${heading}\n`));
  const [, code] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(section);
  return code.replaceAll('http://127.0.0.1:8011', server.url).replaceAll('apify_api_dev', alice.token);
}
