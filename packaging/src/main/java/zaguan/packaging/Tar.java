package zaguan.packaging;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A tar archive of a few small files, in memory. Times and owners are always the same, so that
 * equal contents are equal bytes.
 */
final class Tar {

  private static final int BLOCK = 512;
  private static final int NAME = 100;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /**
   * @param path absolute or not; at most 100 bytes
   * @param mode such as 01777
   */
  void folder(String path, int mode) {
    header(path.endsWith("/") ? path : path + "/", mode, 0, '5');
  }

  void file(String path, int mode, byte[] content) {
    header(path, mode, content.length, '0');
    bytes.writeBytes(content);
    pad(content.length);
  }

  byte[] end() {
    bytes.writeBytes(new byte[2 * BLOCK]);
    return bytes.toByteArray();
  }

  /** See "ustar Interchange Format" in POSIX's pax. */
  private void header(String path, int mode, int size, char type) {
    byte[] name = path.replaceFirst("^/", "").getBytes(StandardCharsets.UTF_8);
    if (name.length > NAME) {
      throw new PackagingFailure(path + " is too long for the archive: more than 100 bytes");
    }
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, octal(mode, 7));
    put(header, 108, octal(0, 7));
    put(header, 116, octal(0, 7));
    put(header, 124, octal(size, 11));
    put(header, 136, octal(1, 11));
    Arrays.fill(header, 148, 156, (byte) ' ');
    header[156] = (byte) type;
    put(header, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, 148, octal(sum, 6));
    header[154] = 0;
    bytes.writeBytes(header);
  }

  private void pad(int size) {
    bytes.writeBytes(new byte[(BLOCK - size % BLOCK) % BLOCK]);
  }

  private static byte[] octal(int value, int digits) {
    return String.format("%0" + digits + "o", value).getBytes(StandardCharsets.US_ASCII);
  }

  private static void put(byte[] header, int offset, byte[] value) {
    System.arraycopy(value, 0, header, offset, value.length);
  }
}
