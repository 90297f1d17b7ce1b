package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static zaguan.discovery.balancing.Scene.MILLISECOND;
import static zaguan.discovery.balancing.Scene.SECOND;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {

  private long now = -SECOND;
  private final RetryBudget budget = new RetryBudget(now);

  @Test
  void atFirstThereAreTen() {
    assertThat(spendAll()).isEqualTo(10);
  }

  @Test
  void aFifthOfTheRequestsMayBeSentAgain() {
    spendAll();
    requested(100);
    assertThat(spendAll()).isBetween(19, 20);
  }

  @Test
  void tenASecondBesides() {
    spendAll();
    int spent = 0;
    for (int i = 0; i < 5000; i++) {
      now += MILLISECOND;
      spent += spendAll();
    }
    assertThat(spent).isBetween(49, 50);
  }

  @Test
  void aHundredAreSavedAtTheMost() {
    requested(100_000);
    now += 3600 * SECOND;
    assertThat(spendAll()).isEqualTo(100);
  }

  private void requested(int count) {
    for (int i = 0; i < count; i++) {
      budget.requested();
    }
  }

  private int spendAll() {
    int spent = 0;
    while (budget.spend(now)) {
      spent++;
    }
    return spent;
  }
}
