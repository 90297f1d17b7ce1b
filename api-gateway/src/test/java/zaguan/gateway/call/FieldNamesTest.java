package zaguan.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldNamesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X_Forwarded_For",
        "x_forwarded-for",
        "X-Forwarded_Host",
        "X_FORWARDED_ANYTHING",
        "X_Real_IP",
        "X_Deadline_Ms",
        "X-Real_IP",
        "X_Request_ID",
        "X.Forwarded.For",
        "X!Forwarded|For",
        "Content_Length",
        "Transfer_Encoding",
        "transfer~encoding",
        "Keep_Alive",
        "Proxy_Connection",
      })
  void aNameThatAServerMayTakeForOneOfTheGatewaysIsDisguised(String name) {
    assertThat(FieldNames.isDisguised(name)).isTrue();
    assertThat(FieldNames.isDisguised(new AsciiString(name))).isTrue();
    assertThat(FieldNames.isDisguised(new AsciiString("ab" + name).subSequence(2))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For",
        "X-Request-ID",
        "Content-Length",
        "my_field",
        "X_Forwarded",
        "X_Forwardedfor",
        "session_id",
        "Content_Type",
        "_",
        "Host",
      })
  void othersAreNot(String name) {
    assertThat(FieldNames.isDisguised(name)).isFalse();
    assertThat(FieldNames.isDisguised(new AsciiString(name))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "Authorization",
        "Cookie",
        "Set-Cookie",
        "X-Forwarded-For",
        "X_Forwarded_For",
        "Forwarded",
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authorization",
        "Proxy-Authenticate",
        "Proxy",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Transfer_Encoding",
        "Upgrade",
        "Content-Type",
        "Content-Length",
        "content_length",
        "Content-Encoding",
        "Content-Range",
        "Content-Location",
        "Cache-Control",
        "Pragma",
        "Age",
        "Expires",
        "Date",
        "Location",
        "Retry-After",
        "Vary",
        "Warning",
        "WWW-Authenticate",
        "Range",
        "If-Match",
        "If-Modified-Since",
        "Expect",
        "Max-Forwards",
        "X-Request-ID",
        "X_Request_ID",
        "X-Real-IP",
        "X-Deadline-Ms",
        "Accept",
        "Accept-Encoding",
        "Access-Control-Allow-Origin",
        "Via",
        "Sec-WebSocket-Key",
      })
  void whatMustBeKnownBeforeTheContentIsOfTheHeadAlone(String name) {
    assertThat(FieldNames.isOfHead(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc-status",
        "grpc-message",
        "grpc-status-details-bin",
        "Server-Timing",
        "X-Checksum",
        "Content-MD5",
        "Content-Digest",
        "Repr-Digest",
        "Digest",
        "ETag",
        "Signature",
        "Signature-Input",
        "x-amz-checksum-crc32",
        "x-amz-trailer-signature",
        "Hostess",
        "Ages",
      })
  void whatIsKnownOnlyAfterItMayBeATrailer(String name) {
    assertThat(FieldNames.isOfHead(name)).isFalse();
  }
}
