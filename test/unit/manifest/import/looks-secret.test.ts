import { describe, expect, it } from 'vitest';
import { looksSecret } from '../../../../src/manifest/import/looks-secret.ts';

describe('what looks like a secret', () => {
  it.each([
    ['POSTGRES_PASSWORD', 'x'],
    ['MYSQL_ROOT_PASSWD', 'abcd'],
    ['dbPass', 'abcd'],
    ['DB_PWD', 'abcd'],
    ['GITHUB_TOKEN', 'abcd'],
    ['CLIENT_SECRET', 'abcd'],
    ['AWS_SECRET_ACCESS_KEY', 'abcd'],
    ['API_KEY', 'abcd'],
    ['apiKey', 'abcd'],
    ['STRIPE_KEY', 'abcd'],
    ['SIGNING_KEYS', 'a,b'],
    ['SENTRY_DSN', 'https://abc@sentry.example/1'],
    ['COOKIE', 'abcd'],
    ['JWT', 'abcd'],
    ['PASSWORD_SALT', 'abcd'],
    ['DATABASE_URL', 'postgres://shop:pass@db:5432/shop'],
    ['REDIS_URL', 'redis://:pass@cache:6379'],
    ['BROKERS', 'amqp://a:b@one,amqp://a:b@two'],
    ['CONNECTION', 'Server=db;User Id=sa;Password=abc;'],
    ['CALLBACK', 'https://x.example/?token=abc'],
    ['ANYTHING', 'ghp_0123456789abcdefghij'],
    ['ANYTHING', '-----BEGIN RSA PRIVATE KEY-----\nabc'],
  ])('is %s=%s', (name, value) => {
    expect(looksSecret(name, value)).toBe(true);
  });

  it.each([
    ['POSTGRES_DB', 'shop'],
    ['POSTGRES_PASSWORD', ''],
    ['POSTGRES_PASSWORD_FILE', '/run/secrets/db'],
    ['TOKEN_TTL', '3600'],
    ['SECRET_NAME', 'db'],
    ['USE_TOKEN', 'true'],
    ['KEYBOARD', 'de'],
    ['MONKEY', 'George'],
    ['COMPASS', 'north'],
    ['DATABASE_URL', 'postgres://db:5432/shop'],
    ['HOME_PAGE', 'https://x.example/a@b'],
    ['PATH', '/usr/bin'],
  ])('is not %s=%s', (name, value) => {
    expect(looksSecret(name, value)).toBe(false);
  });
});
