// A small HTTP service: `/` greets and counts, `/health` says how it is.
const { createServer } = require('node:http');

const { GREETING = 'Hello', PORT = '8787' } = process.env;
let visits = 0;

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  if (request.url === '/health') {
    response.end(JSON.stringify({ status: 'ok', visits }));
    return;
  }
  visits += 1;
  response.end(JSON.stringify({ greeting: GREETING, visits }));
});

server.listen(Number(PORT), '127.0.0.1', () => console.log(`greeting on port ${PORT}`));
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
