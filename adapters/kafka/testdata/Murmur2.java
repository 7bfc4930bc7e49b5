import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;

/**
 * Prints what Kafka's own Java client answers for a number of keys, as murmur2.tsv holds it:
 * key in hex, murmur2, partition of 12, partition of 7.
 *
 *   java -cp "$HOME/.cache/convoke/kafka-4.3.0/*" Murmur2.java > murmur2.tsv
 */
class Murmur2 {
    public static void main(String[] arguments) {
        String[] words = {"a", "ab", "abc", "abcd", "abcde", "21", "foobar", "default", "clé/ключ *>", "日本語", "\uD83C\uDF89",
            "01923a7f-8b1c-7c2d-9c3e-3b1f0a2d4c5e", "01923a7f-8b1c-7c2d-9c3e-3b1f0a2d4c5f"};
        for (String word : words) {
            print(word.getBytes(StandardCharsets.UTF_8));
        }
        Random random = new Random(42);
        for (int i = 0; i < 200; i++) {
            byte[] key = new byte[1 + random.nextInt(64)];
            random.nextBytes(key);
            print(key);
        }
    }

    private static void print(byte[] key) {
        StringBuilder hex = new StringBuilder();
        for (byte b : key) {
            hex.append(String.format("%02x", b));
        }
        System.out.println(hex + "\t" + Integer.toUnsignedString(Utils.murmur2(key)) + "\t"
            + BuiltInPartitioner.partitionForKey(key, 12) + "\t" + BuiltInPartitioner.partitionForKey(key, 7));
    }
}
