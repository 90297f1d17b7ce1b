package zaguan.gateway.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The bounds of a setting, which belong to it; written as the setting is, such as 10ms or 1MB. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
public @interface Within {

  String least();

  /** Empty for none. */
  String most() default "";

  /** Whether 0 is allowed beside: for never, or for none. */
  boolean orZero() default false;
}
