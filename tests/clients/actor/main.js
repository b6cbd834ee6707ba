// An Actor as people write them: nothing in it says where its key-value store is.
import { Actor } from 'apify';

await Actor.init();
const { word } = await Actor.getInput();
const state = await Actor.useState('STATE', { runs: 0 });
state.runs++;

await Actor.setValue('OUTPUT', { word, length: word.length, padding: 'x'.repeat(2000) });
await Actor.setValue('page.html', `<p>${word}</p>`, { contentType: 'text/html; charset=utf-8' });
const results = await Actor.openKeyValueStore('results-of-actor');
await results.setValue(`run-${state.runs}`, { word });
await Actor.exit();
