using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>Which of an association's files a setting stands in.</summary>
public enum SettingsPart
{
    Settings,
    Prices,
    Pay,
    Areas,
    Logo,
}

/// <summary>What came of reading a draft by the rules of the files.</summary>
/// <param name="Document">Null as long as anything is wrong.</param>
public sealed record SettingsReading(TenantDocument? Document, IReadOnlyList<(SettingsPart Part, SettingsProblem Problem)> Problems);

/// <summary>
/// An association's settings while they are written: the keys of the files, values as typed, possibly incomplete. Values are found by
/// the same paths by which mistakes are named, such as <c>outOfHours.closedDays[0].from</c>.
/// </summary>
public sealed partial class SettingsDraft
{
    private const string Terms = "terms";
    private const string OnlineConsultation = "onlineConsultation";

    private static readonly JsonSerializerOptions AsTyped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject root;

    private SettingsDraft(JsonObject root) => this.root = root;

    /// <summary>What a new association begins with: sample windows, targets, levels, reasons and prices; nothing that is its own.</summary>
    public static SettingsDraft Sample(string identifier)
    {
        var draft = Sample();
        draft.Set(SettingsPart.Settings, "identifier", identifier);
        // Offered on its page, and not begun for those who do without.
        draft.root[Key(SettingsPart.Settings)]!.AsObject().Remove(OnlineConsultation);
        draft.root.Remove(Key(SettingsPart.Pay));
        return draft;
    }

    /// <summary>The sample of online consultations, without the institution where patients are sent to: that is each association's own.</summary>
    public static JsonNode OnlineConsultationSample() => Sample().Find(SettingsPart.Settings, OnlineConsultation)!.DeepClone();

    /// <summary>The sample of rates by which doctors and drivers are paid.</summary>
    public static JsonNode PaySample() => Sample().root[Key(SettingsPart.Pay)]!.DeepClone();

    private static SettingsDraft Sample()
    {
        using var sample = typeof(SettingsDraft).Assembly.GetManifestResourceStream("ClinicPortal.Shared.Tenancy.Settings.sample.json")!;
        return new SettingsDraft(JsonNode.Parse(sample)!.AsObject());
    }

    public static SettingsDraft Of(string json) => new(JsonNode.Parse(json)!.AsObject());

    public JsonNode? Find(SettingsPart part, string path)
    {
        JsonNode? node = root[Key(part)];
        foreach (Match step in Step().Matches(path))
        {
            node = step.Groups["index"] is { Success: true } index
                ? node is JsonArray list && int.Parse(index.Value, CultureInfo.InvariantCulture) is var i && i < list.Count ? list[i] : null
                : (node as JsonObject)?[step.Value];
        }
        return node;
    }

    public void Set(SettingsPart part, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            root[Key(part)] = value;
            return;
        }
        var end = path.LastIndexOf('.');
        var owner = end < 0 ? root[Key(part)] : Find(part, path[..end]);
        if (owner is null)
        {
            owner = new JsonObject();
            Set(part, end < 0 ? "" : path[..end], owner);
        }
        owner.AsObject()[path[(end + 1)..]] = value;
    }

    /// <param name="isDesk">Whether there is a night desk of that identifier.</param>
    public SettingsReading Check(Func<string, bool> isDesk)
    {
        var problems = new List<(SettingsPart, SettingsProblem)>();
        var settingsDocument = new SettingsDocument(new SettingsProblems(TenantFolder.TenantFile));
        var settings = settingsDocument.FromJson<TenantSettings>(root[Key(SettingsPart.Settings)]);
        if (settings is not null)
        {
            SettingsRules.Check(settingsDocument, settings, isDesk);
        }
        var pricesDocument = new SettingsDocument(new SettingsProblems(TenantFolder.PricesFile));
        var prices = pricesDocument.FromJson<PriceList>(root[Key(SettingsPart.Prices)]);
        if (prices is not null)
        {
            PriceRules.Check(pricesDocument, prices);
        }
        var (pay, payProblems) = CheckPay();
        var areaProblems = new SettingsProblems(TenantFolder.AreasFile);
        var areas = root[Key(SettingsPart.Areas)] is JsonArray rows ? SettingsJson.Read<IReadOnlyList<TownBlock>>(rows.ToJsonString(AsTyped)) : [];
        SettingsRules.Check(areaProblems, areas);
        var logoProblems = new SettingsProblems(TenantFolder.LogoFile);
        var logo = root[Key(SettingsPart.Logo)]?.GetValue<string>() ?? "";
        LogoSvg.Check(logoProblems, logo);
        problems.AddRange(settingsDocument.Problems.Found.Select(p => (SettingsPart.Settings, p)));
        problems.AddRange(pricesDocument.Problems.Found.Select(p => (SettingsPart.Prices, p)));
        problems.AddRange(payProblems.Select(p => (SettingsPart.Pay, p)));
        problems.AddRange(areaProblems.Found.Select(p => (SettingsPart.Areas, p)));
        problems.AddRange(logoProblems.Found.Select(p => (SettingsPart.Logo, p)));
        // Terms are written in files only, and were checked there.
        var terms = root[Terms] is JsonArray documents ? SettingsJson.Read<IReadOnlyList<TermsVersion>>(documents.ToJsonString(AsTyped)) : [];
        return new SettingsReading(problems.Count == 0 ? new TenantDocument(settings!, prices!, areas, logo) { Terms = terms, Pay = pay } : null, problems);
    }

    private (PayRates? Pay, IReadOnlyList<SettingsProblem> Problems) CheckPay()
    {
        if (root[Key(SettingsPart.Pay)] is not { } written)
        {
            return (null, []);
        }
        var document = new SettingsDocument(new SettingsProblems(TenantFolder.PayFile));
        var pay = document.FromJson<PayRates>(written);
        if (pay is not null)
        {
            PayRateRules.Check(document, pay);
        }
        return (pay, document.Problems.Found);
    }

    /// <summary>As it is stored: the document itself where it is complete, so that files with the same content are known to be the same.</summary>
    public (string Json, string Sha256) ToStored(SettingsReading reading)
    {
        var json = reading.Document is { } document ? SettingsJson.Write(document) : root.ToJsonString(AsTyped);
        return (json, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json))));
    }

    /// <summary>Every value that differs between two versions; lists of areas by what was added and taken away.</summary>
    public static IReadOnlyList<SettingsChange> Changes(SettingsDraft before, SettingsDraft after)
    {
        var (old, now) = (before.Values(), after.Values());
        return [.. old.Keys.Union(now.Keys).Select(path => new SettingsChange(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path))).Where(c => c.Before != c.After)];
    }

    private Dictionary<string, string> Values()
    {
        var values = new Dictionary<string, string>();
        Collect(root[Key(SettingsPart.Settings)], "", values);
        Collect(root[Key(SettingsPart.Prices)], "", values);
        Collect(root[Key(SettingsPart.Pay)], "", values);
        Collect(root[Terms], Terms, values);
        foreach (var block in root[Key(SettingsPart.Areas)] as JsonArray ?? [])
        {
            values[$"areas.{block?["code"]}"] = $"{block?["name"]}";
        }
        if (root[Key(SettingsPart.Logo)]?.ToString() is { } logo)
        {
            values["logo"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(logo)))[..8];
        }
        return values;
    }

    private static void Collect(JsonNode? node, string path, Dictionary<string, string> values)
    {
        switch (node)
        {
            case JsonObject record:
                foreach (var (name, value) in record)
                {
                    Collect(value, path.Length == 0 ? name : $"{path}.{name}", values);
                }
                break;
            case JsonArray list:
                foreach (var (index, value) in list.Index())
                {
                    Collect(value, $"{path}[{index}]", values);
                }
                break;
            case not null:
                values[path] = Shown(node);
                break;
        }
    }

    /// <summary>As people write it: times without seconds.</summary>
    public static string Shown(JsonNode? value) => value?.ToString() is { } text ? WholeMinute().Replace(text, "$1") : "";

    private static string Key(SettingsPart part) => JsonNamingPolicy.CamelCase.ConvertName(part.ToString());

    [GeneratedRegex(@"\[(?<index>\d+)\]|[^.\[\]]+")]
    private static partial Regex Step();

    [GeneratedRegex(@"^(\d\d:\d\d):00$")]
    private static partial Regex WholeMinute();
}

/// <param name="Path">As mistakes name it.</param>
public sealed record SettingsChange(string Path, string? Before, string? After);
