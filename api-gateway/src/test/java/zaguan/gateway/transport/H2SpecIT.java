package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import zaguan.stack.Checkout;
import zaguan.stack.Progress;
import zaguan.stack.Tools;

/**
 * <a href="https://github.com/summerwind/h2spec">h2spec</a>, with the cases that it calls strict.
 */
class H2SpecIT extends GatewayByItself {

  H2SpecIT() throws IOException {}

  @Test
  @Timeout(300)
  void nothingOfH2specFails(@TempDir Path folder) throws Exception {
    Path h2spec = Tools.h2spec(new Checkout(Path.of("..")), Progress.silent());
    Path report = folder.resolve("report.xml");
    HttpServer instance = instance();
    try {
      up(instance.getAddress().getPort());
      Process process =
          new ProcessBuilder(
                  h2spec.toString(),
                  "--strict",
                  "--host=127.0.0.1",
                  "--port=" + gateway.getPort(),
                  "--path=/up/",
                  "--junit-report=" + report)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output").toFile())
              .start();
      try {
        process.waitFor();
      } finally {
        process.destroyForcibly();
      }
    } finally {
      instance.stop(0);
    }
    Document document =
        DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(report.toFile());
    NodeList cases = document.getElementsByTagName("testcase");
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < cases.getLength(); i++) {
      Element each = (Element) cases.item(i);
      NodeList failure = each.getElementsByTagName("failure");
      NodeList error = each.getElementsByTagName("error");
      if (failure.getLength() + error.getLength() > 0) {
        failures.add(
            each.getAttribute("package")
                + ": "
                + each.getAttribute("classname")
                + ": "
                + (failure.getLength() > 0 ? failure : error).item(0).getTextContent());
      }
    }
    assertThat(failures).isEmpty();
    assertThat(cases.getLength()).isGreaterThanOrEqualTo(146);
  }

  /** Answers when the request has come to its end, and not before: h2spec may be slow. */
  private static HttpServer instance() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(StandardCharsets.US_ASCII));
          }
        });
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return server;
  }
}
