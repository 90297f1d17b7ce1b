package zaguan.gateway.scaling;

import java.time.Duration;

/**
 * Why a service that sleeps did not wake for a request.
 *
 * @param reason a sentence, for the caller
 * @param retryAfter when it may be worth trying again; no attempt is made before
 */
public record WakeFailure(String reason, Duration retryAfter) {}
