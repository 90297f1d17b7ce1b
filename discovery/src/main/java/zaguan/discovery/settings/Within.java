package zaguan.discovery.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The bounds of a setting, inclusive; written like its values, such as 10ms or 1MB. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
public @interface Within {

  String least();

  /** Empty for none. */
  String most() default "";

  /** Whether 0 is allowed, too; it means never, or none. */
  boolean orZero() default false;
}
