/** The programs of the demo's environment: a database, an HTTP API and a worker, small enough to read. */

/** The demo ends them. Should the demo itself be killed, they go by themselves after this time. */
const LAST_RESORT = `setTimeout(() => process.exit(0), 10 * 60_000)`;

const DB = `// A database, more or less: one line per order, in the folder of its volume.
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { connect, createServer } = require('node:net');

const port = Number(process.env.PORT);
const file = process.env.TRUEUP_VOLUME_DATA + '/orders';

if (process.argv[2] === 'ping') {
  connect(port, '127.0.0.1', function () { this.end('ping\\n'); })
    .on('data', (answer) => process.exit(String(answer).trim() === 'pong' ? 0 : 1))
    .on('error', (error) => { console.log(error.message); process.exit(1); });
} else {
  ${LAST_RESORT}
  const count = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\\n').length - 1 : 0);
  createServer((socket) => socket.on('error', () => {}).on('data', (line) => {
    const [verb, ...words] = String(line).trim().split(' ');
    if (verb === 'add') appendFileSync(file, words.join(' ') + '\\n');
    socket.end(verb === 'ping' ? 'pong' : String(count()));
  })).listen(port, '127.0.0.1', () => console.log('ready on port', port, 'with', count(), 'orders'));
}
`;

const API = `// The shop's API. It reads its configuration once, when it starts.
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { connect } = require('node:net');
${LAST_RESORT}

const { currency } = JSON.parse(readFileSync('../config/api.json', 'utf8'));

const ask = (line) => new Promise((resolve, reject) => {
  connect(Number(process.env.DB_PORT), '127.0.0.1', function () { this.write(line + '\\n'); })
    .on('data', (answer) => resolve(Number(answer))).on('error', reject).setTimeout(1000, () => reject(new Error('no answer')));
});

createServer(async (request, response) => {
  try {
    const answer = request.url === '/health' ? { status: 'ok' } : {
      greeting: process.env.GREETING,
      currency,
      orders: await ask(request.method === 'POST' ? 'add an order' : 'count'),
    };
    response.end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(503).end(JSON.stringify({ error: error.message }));
  }
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening on port', process.env.PORT));
`;

const WORKER = `// Orders something again and again.
${LAST_RESORT}
setInterval(async () => {
  try {
    const response = await fetch(process.env.API + '/orders', { method: 'POST' });
    console.log(response.status, await response.text());
  } catch (error) {
    console.log('the API does not answer:', error.message);
  }
}, 500);
`;

/** By path from the root of the repo. */
export const APP_FILES: Readonly<Record<string, string>> = {
  'app/db.js': DB,
  'app/api.js': API,
  'app/worker.js': WORKER,
  'config/api.json': '{ "currency": "EUR" }\n',
};
