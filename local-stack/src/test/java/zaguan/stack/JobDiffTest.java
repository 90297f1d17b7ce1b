package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class JobDiffTest {

  @Test
  void aJobThatStaysAsItIsDoesNotChange() throws Exception {
    assertThat(
            changes(
                """
                {"Type": "None", "ID": "greeter", "Fields": null, "Objects": null,
                 "TaskGroups": [
                   {"Type": "None", "Name": "greeter", "Fields": null, "Objects": null,
                    "Tasks": [
                      {"Type": "None", "Name": "greeter", "Fields": null, "Objects": null}]}]}
                """))
        .isFalse();
  }

  @Test
  void theIdThatNomadGivesAScalingBlockIsNoChange() throws Exception {
    assertThat(
            changes(
                """
                {"Type": "Edited", "ID": "greeter", "Fields": null, "Objects": null,
                 "TaskGroups": [
                   {"Type": "Edited", "Name": "greeter", "Fields": null,
                    "Objects": [
                      {"Type": "Edited", "Name": "Scaling", "Fields": null, "Objects": null}],
                    "Tasks": [
                      {"Type": "None", "Name": "greeter", "Fields": null, "Objects": null}]}]}
                """))
        .isFalse();
  }

  @Test
  void anotherBoundOfScalingIsAChange() throws Exception {
    assertThat(
            changes(
                """
                {"Type": "Edited", "ID": "greeter", "Fields": null, "Objects": null,
                 "TaskGroups": [
                   {"Type": "Edited", "Name": "greeter", "Fields": null,
                    "Objects": [
                      {"Type": "Edited", "Name": "Scaling", "Objects": null,
                       "Fields": [{"Type": "Edited", "Name": "Max", "Old": "5", "New": "6"}]}],
                    "Tasks": null}]}
                """))
        .isTrue();
  }

  @Test
  void anotherCountIsAChange() throws Exception {
    assertThat(
            changes(
                """
                {"Type": "Edited", "ID": "greeter", "Fields": null, "Objects": null,
                 "TaskGroups": [
                   {"Type": "Edited", "Name": "greeter", "Objects": null, "Tasks": null,
                    "Fields": [{"Type": "Edited", "Name": "Count", "Old": "3", "New": "4"}],
                    "Updates": {"create": 1, "ignore": 3}}]}
                """))
        .isTrue();
  }

  @Test
  void anotherJarOfATaskIsAChangeAlsoBesideAScalingBlock() throws Exception {
    assertThat(
            changes(
                """
                {"Type": "Edited", "ID": "greeter", "Fields": null, "Objects": null,
                 "TaskGroups": [
                   {"Type": "Edited", "Name": "greeter", "Fields": null,
                    "Objects": [
                      {"Type": "Edited", "Name": "Scaling", "Fields": null, "Objects": null}],
                    "Tasks": [
                      {"Type": "Edited", "Name": "greeter", "Objects": null,
                       "Fields": [
                         {"Type": "Edited", "Name": "Config[args][1]",
                          "Old": "greeter-1.jar", "New": "greeter-2.jar"}]}]}]}
                """))
        .isTrue();
  }

  private static boolean changes(String diff) throws Exception {
    return Nomad.read(new ObjectMapper().readTree(diff), JobDiff.class).changesTheJob();
  }
}
