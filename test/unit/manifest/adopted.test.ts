import { describe, expect, it } from 'vitest';
import { described, loadOne, loadText } from './support.ts';

describe('what is adopted', () => {
  it('has the claimed name, and is found by it', async () => {
    const { resources } = await loadOne(`
services:
  web: { adopted: { name: Shop_web.1 }, container: { image: 'x:1' } }
  api: { container: { image: 'x:1' } }
volumes: { data: { adopted: { name: shop_data } } }
networks: { back: { adopted: { name: back }, name: back } }
`);

    const found = [...resources.values()].map(({ address, name, adopted = false }) => `${address} ${name} ${adopted}`);
    expect(found).toEqual([
      'image.x:1 x:1 false',
      'network.back back true',
      'network.default local_default false',
      'service.api local-api-1 false',
      'service.web Shop_web.1 true',
      'volume.data shop_data true',
    ]);
  });

  it('keeps its name, is nobody else’s, and never a process', async () => {
    const { diagnostics } = await loadText(`
services:
  web: { adopted: { name: a }, name: b, container: { image: 'x:1' } }
  job: { adopted: { name: job }, process: { command: [x] } }
volumes: { data: { adopted: { name: data }, external: true } }
networks: { back: { adopted: { name: '-x' } } }
`);

    expect(described(diagnostics)).toEqual([
      'local/main.yaml:3:38 error invalid_name: what is adopted as "a" keeps that name (leave the name out)',
      'local/main.yaml:4:10 error invalid_value: a process is always made by trueup, and is not adopted (leave it out)',
      "local/main.yaml:5:20 error invalid_value: what is external is somebody else's, and is not adopted (leave out one of the two)",
      'local/main.yaml:6:38 error invalid_value: name must be at most 255 letters, digits, `_`, `.` and `-`, beginning with a letter or digit, not "-x"',
    ]);
  });
});
