import { describe, expect, it } from 'vitest';
import { secretSpans, secretSpansOf, type Span } from '../../../src/model/secret-spans.ts';

function hidden(text: string, spans: readonly Span[] = secretSpans(text)): string {
  return spans
    .toReversed()
    .reduce((kept, { start, end, name }) => `${kept.slice(0, start)}«${name}»${kept.slice(end)}`, text);
}

describe('where secrets stand in a command', () => {
  it.each([
    ['redis-server --requirepass x1 --port 6379', 'redis-server --requirepass «requirepass» --port 6379'],
    ['app --password "x1" -token x2', 'app --password "«password»" -token «token»'],
    ['app --password=x1 --api-key=x2', 'app --password=«password» --api-key=«api-key»'],
    ['java -Ddb.password=x1 -jar app.jar', 'java -Ddb.password=«db.password» -jar app.jar'],
    ['DB_PASSWORD=x1 ./run', 'DB_PASSWORD=«DB_PASSWORD» ./run'],
    ['curl -u admin:x1 http://web/', 'curl -u admin:«password» http://web/'],
    ['curl --user=admin:x1 http://web/', 'curl --user=admin:«password» http://web/'],
    ['curl http://me:x1@web/', 'curl http://me:«password»@web/'],
    ['curl -H "Authorization: Bearer abcd1234"', 'curl -H "Authorization: Bearer «authorization»"'],
    ['curl -H "X-Api-Key: x1"', 'curl -H "X-Api-Key: «X-Api-Key»"'],
    ['mysql -uroot -px1 shop', 'mysql -uroot -p«password» shop'],
    ['mysqladmin ping -px1', 'mysqladmin ping -p«password»'],
    ['sshpass -p x1 ssh web', 'sshpass -p «password» ssh web'],
    ['redis-cli -a x1 ping', 'redis-cli -a «password» ping'],
    ['push ghp_0123456789abcdefghij now', 'push «token» now'],
    ['git clone https://ghp_0123456789abcdefghij@x/', 'git clone «token»'],
    ['x --requirepass x1; true', 'x --requirepass «requirepass»; true'],
    ['x --password=x1&& y --token x2|z', 'x --password=«password»&& y --token «token»|z'],
    ['(PGPASSWORD=x1 psql)', '(PGPASSWORD=«PGPASSWORD» psql)'],
    ['PGPASSWORD="two words" psql', 'PGPASSWORD="«PGPASSWORD»" psql'],
    ["PASSWORD='a;b&c' run", "PASSWORD='«PASSWORD»' run"],
    ['app --password "two words" x', 'app --password "«password»" x'],
    ['app --password=a,b}c x', 'app --password=«password» x'],
    ['app --password=a\\&b x', 'app --password=«password» x'],
    ['app --password \\\n  x1', 'app --password \\\n  «password»'],
    ['app --password -dash', 'app --password «password»'],
    [`sh -c "redis-cli -a 'x1' ping"`, `sh -c "redis-cli -a '«password»' ping"`],
    ["don't forget --password x1", "don't forget --password «password»"],
    ['run "Server=db;Password=Str0ng Pass;"', 'run "Server=db;Password=«Password»;"'],
    ['{"password": "two words"}', '{"password": "«password»"}'],
    ['curl -H "Authorization: token abcdefgh" x', 'curl -H "Authorization: token «authorization»" x'],
    ['mongo -u root -p x1 admin', 'mongo -u root -p «password» admin'],
    ['mongosh -px1', 'mongosh -p«password»'],
    [
      '/opt/mssql-tools/bin/sqlcmd -U sa -P x1 -Q "SELECT 1"',
      '/opt/mssql-tools/bin/sqlcmd -U sa -P «password» -Q "SELECT 1"',
    ],
    ['mc alias set local http://minio:9000 me x1', 'mc alias set local http://minio:9000 me «password»'],
    ['wait sqlserver://sa:Str0ng/Pass@db', 'wait sqlserver://sa:«password»@db'],
    ['echo "-----BEGIN PRIVATE KEY-----\nabc"', '«secret»'],
  ])('finds it in %s', (text, expected) => {
    expect(hidden(text)).toBe(expected);
  });

  it.each([
    'redis-server --requirepass $REDIS_PASSWORD',
    'redis-server --requirepass "${REDIS_PASSWORD}"',
    'mysqladmin ping -p$MYSQL_ROOT_PASSWORD',
    'curl http://me:$PASSWORD@web/',
    'app --password-file /run/secrets/db --token-ttl 60',
    'app --auth --tls-key /certs/tls.key',
    'nginx -p8080',
    'docker run -p 80:80',
    'su -u 1000:1000',
    'server --keyboard de --max-tokens 4096',
    'postgres -c password_encryption=on',
    'sort --key 2',
    'pg_isready -U postgres -h db',
    'app --password --host db',
    'app --password -h db',
    'app --password; ls',
    'app --password=$(cat /run/secrets/db) x',
    'mongod --auth --bind_ip_all -p 27017',
    'mongo --host db -p; ls',
    'curl http://web:8080/path/me@here',
    'curl "http://$HOST:$PORT/a@b"',
    'The authorization: token is needed',
    'sqlcmd -P "$SA_PASSWORD" -p 1',
    'cd /app; MODE=x ./run; true',
    'mc alias list',
  ])('finds none in %s', (text) => {
    expect(secretSpans(text)).toEqual([]);
  });

  it.each([
    [
      ['mysql', '--password=hun&ter22'],
      ['mysql', '--password=«password»'],
    ],
    [
      ['x', '--password=a,b"c d;e'],
      ['x', '--password=«password»'],
    ],
    [
      ['env', 'PASSWORD=ab"cd', 'x'],
      ['env', 'PASSWORD=«PASSWORD»', 'x'],
    ],
    [
      ['env', 'PASSWORD=two words', 'x'],
      ['env', 'PASSWORD=«PASSWORD»', 'x'],
    ],
    [
      ['x', 'Server=db;Password=Str0ng Pass;'],
      ['x', 'Server=db;Password=«Password»;'],
    ],
    [
      ['server', '--password', '-dash'],
      ['server', '--password', '«password»'],
    ],
    [
      ['server', '--password', 'a b;c'],
      ['server', '--password', '«password»'],
    ],
    [
      ['mysqladmin', 'ping', '-uroot', '-phun;ter'],
      ['mysqladmin', 'ping', '-uroot', '-p«password»'],
    ],
    [
      ['CMD', 'redis-cli', '-a', 'x&1', 'ping'],
      ['CMD', 'redis-cli', '-a', '«password»', 'ping'],
    ],
    [
      ['CMD-SHELL', 'redis-cli -a x1; true'],
      ['CMD-SHELL', 'redis-cli -a «password»; true'],
    ],
    [
      ['curl', '-u', 'admin:a b', 'x'],
      ['curl', '-u', 'admin:«password»', 'x'],
    ],
    [
      ['curl', '-H', 'Authorization: token 0123456789'],
      ['curl', '-H', 'Authorization: token «authorization»'],
    ],
    [
      ['sh', '-c', 'PASSWORD=x1 ./run; true'],
      ['sh', '-c', 'PASSWORD=«PASSWORD» ./run; true'],
    ],
    // The shell is the entrypoint.
    [['PASSWORD=x1 ./run'], ['PASSWORD=«PASSWORD» ./run']],
    [['--password=two words'], ['--password=«password»']],
    [
      ['mongo', '-u', 'root', '-p', 'x1'],
      ['mongo', '-u', 'root', '-p', '«password»'],
    ],
  ])('finds it in the words %j', (words, expected) => {
    const spans = secretSpansOf(words);

    expect(words.map((word, index) => hidden(word, spans[index]))).toEqual(expected);
  });

  it.each([
    [['mongod', '--auth', '--dbpath', '/data']],
    [['app', '--password', '--host', 'db']],
    [['app', '--password-file', '/run/secrets/db', '--token-ttl=60']],
    [['sh', '-c', 'exec app --port 80 "$@"']],
    [['docker', 'run', '-p', '80:80', 'mongo']],
    [['postgres', '-c', 'password_encryption=scram-sha-256']],
    [['x', '--password=${PASSWORD}']],
    [['mkdir', '-p', 'a;b']],
    [['traefik', '--entrypoints.web.address=:80', '--providers.docker=true']],
  ])('finds none in the words %j', (words) => {
    expect(secretSpansOf(words).flat()).toEqual([]);
  });

  it.each([
    'a',
    '-',
    '-a ',
    '--a b ',
    'a=',
    '"',
    ' -u a:',
    'mysql -',
    ' -p',
    '/',
    'a://b:c',
    'a://b:c@d ',
    '--token x ',
    '0a ',
    'a://b:c/',
    'aa="',
    'aa=\\"',
    "'a ",
    '"\'a ',
    '$(',
    'a=b;',
    'authorization: token ',
    'mc alias set ',
  ])('is told of a long text of %j at once', (part) => {
    expect(secretSpans(part.repeat(50_000)).length).toBeGreaterThanOrEqual(0);
    expect(secretSpansOf(Array.from({ length: 10_000 }, () => part)).length).toBe(10_000);
  });
});
