using System.Globalization;
using System.Text.Json.Nodes;

namespace ClinicPortal.IntegrationTests.Stripe;

/// <summary>Objects in the shapes of Stripe's own samples (<c>fixtures.json</c>), kept in memory.</summary>
internal sealed class StripeStore
{
    private static readonly JsonObject Samples = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Stripe", "fixtures.json")))!.AsObject();

    private readonly Dictionary<string, JsonObject> objects = [];
    private readonly List<string> order = [];
    private int last;

    /// <summary>A new object in the shape of the sample.</summary>
    public JsonObject New(string kind, string prefix, DateTimeOffset now)
    {
        var made = Samples[kind]!.DeepClone().AsObject();
        var id = string.Create(CultureInfo.InvariantCulture, $"{prefix}_double{++last:000000}");
        (made["id"], made["created"], made["livemode"]) = (id, now.ToUnixTimeSeconds(), false);
        foreach (var name in new[] { "metadata", "shipping" }.Where(made.ContainsKey))
        {
            made[name] = name == "metadata" ? new JsonObject() : null;
        }
        objects.Add(id, made);
        order.Add(id);
        return made;
    }

    public JsonObject Find(string kind, string id) =>
        objects.TryGetValue(id, out var found) && found["object"]!.GetValue<string>() == kind ? found : throw StripeRefusal.Missing(kind, id);

    /// <summary>The newest first, as Stripe lists.</summary>
    public IReadOnlyList<JsonObject> Of(string kind) => [.. Enumerable.Reverse(order).Select(id => objects[id]).Where(o => o["object"]!.GetValue<string>() == kind)];
}

internal static class StripeObjectsExtensions
{
    public static string Text(this JsonObject item, string name) => item[name]?.GetValue<string>() ?? "";

    public static long Number(this JsonObject item, string name) => item[name]!.GetValue<long>();
}
