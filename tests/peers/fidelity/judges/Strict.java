import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import java.io.IOException;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * JSON against a model: it is read into the model and written again. A key that the model does not know, a value that
 * is none of its enumeration, a value of another type do not come back as they were.
 */
final class Strict {
    private Strict() {}

    /** Complaints about an answer that a model of this type was made of. */
    static List<String> complaints(ObjectMapper mapper, String json, Type type) {
        var found = new ArrayList<String>();
        var places = new HashSet<String>();
        var unknown = new DeserializationProblemHandler() {
            @Override
            public boolean handleUnknownProperty(
                DeserializationContext context, JsonParser parser, JsonDeserializer<?> reader, Object bean, String name)
                throws IOException {
                var model = bean instanceof Class<?> is ? is : bean.getClass();
                places.add(where(parser));
                found.add(where(parser) + ": " + model.getSimpleName() + " has no key " + name);
                parser.skipChildren();
                return true;
            }
        };
        try {
            var reader = mapper.copy().addHandler(unknown);
            var model = reader.readValue(json, reader.constructType(type));
            found.addAll(compare(mapper.readTree(json), mapper.valueToTree(model), "$", places));
        } catch (IOException unread) {
            found.add(unread.toString());
        }
        return found;
    }

    private static String where(JsonParser parser) {
        return "$" + parser.getParsingContext().pathAsPointer().toString().replaceAll("/(\\d+)(?=/|$)", "[$1]").replace('/', '.');
    }

    /** Where what the model was written as is not what it was read from, except for the keys in places that are known. */
    static List<String> compare(JsonNode raw, JsonNode written, String where, Set<String> except) {
        var found = new ArrayList<String>();
        if (raw.isNull()) {
            found.add(where + ": null, where genuine answers leave the key out");
        } else if (raw.isObject() && written.isObject()) {
            for (var member : raw.properties()) {
                var place = where + "." + member.getKey();
                if (!except.contains(place)) {
                    found.addAll(compare(member.getValue(), written.path(member.getKey()), place, except));
                }
            }
        } else if (raw.isArray() && written.isArray() && raw.size() == written.size()) {
            for (int nth = 0; nth < raw.size(); nth++) {
                found.addAll(compare(raw.get(nth), written.get(nth), where + "[" + nth + "]", except));
            }
        } else if (written.asText().equals("OutdatedSdkVersion")) {
            found.add(where + ": '" + raw.asText() + "' is no value of " + where.replaceAll(".*\\.|\\[\\d+]", ""));
        } else if (!raw.equals(written) && !sameMoment(raw, written) && !sameNumber(raw, written)) {
            found.add(where + ": " + raw + " was taken for " + written);
        }
        return found;
    }

    private static boolean sameMoment(JsonNode raw, JsonNode written) {
        try {
            return raw.isTextual() && written.isTextual() && Instant.parse(raw.asText()).equals(Instant.parse(written.asText()));
        } catch (DateTimeParseException none) {
            return false;
        }
    }

    /** A whole number must be told as one; some models keep a number of many digits in a float. */
    private static boolean sameNumber(JsonNode raw, JsonNode written) {
        if (!raw.isNumber() || !written.isNumber()) {
            return false;
        }
        if (written.isIntegralNumber()) {
            return raw.isIntegralNumber() && raw.longValue() == written.longValue();
        }
        return written.isFloat() ? raw.floatValue() == written.floatValue() : raw.doubleValue() == written.doubleValue();
    }
}
