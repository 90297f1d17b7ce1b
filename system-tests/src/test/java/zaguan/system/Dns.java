package zaguan.system;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** Consul's DNS, from which the front door knows the gateways. */
record Dns(InetSocketAddress address) {

  /** The SRV records of a name. */
  List<Record> srv(String name) throws IOException {
    SimpleResolver resolver = new SimpleResolver(address);
    resolver.setTCP(true);
    resolver.setTimeout(Duration.ofSeconds(5));
    Message answer =
        resolver.send(
            Message.newQuery(Record.newRecord(Name.fromString(name), Type.SRV, DClass.IN)));
    return answer.getSection(Section.ANSWER);
  }
}
