/** The head of a qcow2 image, over another one or over none. */
export function overlay(image: string | null): Buffer {
  const head = Buffer.alloc(65_536);
  head.writeUInt32BE(0x51_46_49_fb, 0);
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(16, 20);
  head.writeUInt32BE(104, 100);
  head.writeUInt32BE(2, 60);
  head.writeBigUInt64BE(4096n, 64);
  if (image === null) return head;
  head.writeBigUInt64BE(520n, 8);
  head.writeUInt32BE(image.length, 16);
  head.write(image, 520);
  return head;
}
