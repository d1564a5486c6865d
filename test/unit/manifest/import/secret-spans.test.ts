import { describe, expect, it } from 'vitest';
import { secretSpans } from '../../../../src/manifest/import/secret-spans.ts';

function hidden(text: string): string {
  const spans = secretSpans(text).toReversed();
  return spans.reduce((kept, { start, end, name }) => `${kept.slice(0, start)}«${name}»${kept.slice(end)}`, text);
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
  ])('finds none in %s', (text) => {
    expect(secretSpans(text)).toEqual([]);
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
  ])('is told of a long text of %j at once', (part) => {
    expect(secretSpans(part.repeat(100_000)).length).toBeGreaterThanOrEqual(0);
  });
});
