package zaguan.yourservice;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * What a client sends.
 *
 * @param name whom to greet
 * @param count how many
 */
@Serdeable
record Request(@NotBlank @Size(max = 64) String name, @Min(1) @Max(100) int count) {}
