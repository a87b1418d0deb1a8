/** What a JVM costs. */
public class Bare {
    public static void main(String[] arguments) {
        System.out.println(100);
    }
}
