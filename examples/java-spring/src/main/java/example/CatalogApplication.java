package example;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A small HTTP service: what an article is called. */
@SpringBootApplication
@RestController
public class CatalogApplication {
    record Article(int number, String name) {
    }

    public static void main(String[] args) {
        SpringApplication.run(CatalogApplication.class, args);
    }

    @GetMapping("/articles/{number}")
    Article article(@PathVariable int number) {
        return new Article(number, "Article " + number);
    }
}
