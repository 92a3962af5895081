using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>
/// Finds the town block (町丁目) of an address as people write it: 経堂一丁目, 経堂1丁目 and 経堂1-38 are the same, with prefecture and ward or
/// without.
/// </summary>
public sealed partial class TownBlocks
{
    private const string KanjiDigits = "〇一二三四五六七八九";
    private const int ShortestTown = 3;

    private static readonly ConditionalWeakTable<TenantDocument, TownBlocks> ByDocument = [];

    private readonly List<(string Name, TownBlock Block)> longestFirst;

    private TownBlocks(IEnumerable<TownBlock> areas) => longestFirst =
        [.. areas.Select(block => (Name: Normalise(block.Name), block)).OrderByDescending(b => b.Name.Length)];

    public static TownBlocks Of(TenantInfo tenant) => ByDocument.GetValue(tenant.Document, document => new TownBlocks(document.Areas));

    /// <returns>Null when the address names no block that the association serves.</returns>
    public TownBlock? Find(string address)
    {
        var wanted = Normalise(address);
        return Find(wanted, name => name) ?? Find(wanted, WithoutWard);
    }

    private TownBlock? Find(string address, Func<string, string> form) => longestFirst
        .Find(b => form(b.Name) is { Length: >= ShortestTown } name && address.Contains(name, StringComparison.Ordinal)).Block;

    private static string WithoutWard(string name) => name[(name.IndexOf('区') + 1)..];

    private static string Normalise(string text)
    {
        var plain = text.Normalize(NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal);
        plain = KanjiNumber().Replace(plain, match => Number(match.Groups[1].Value) + "丁目");
        return Hyphenated().Replace(plain, "$1$2丁目", 1);
    }

    private static string Number(string kanji) => kanji switch
    {
        "十" => "10",
        ['十', var unit] => $"1{KanjiDigits.IndexOf(unit)}",
        [var unit] => $"{KanjiDigits.IndexOf(unit)}",
        _ => kanji,
    };

    [GeneratedRegex("([一二三四五六七八九十]{1,2})丁目")]
    private static partial Regex KanjiNumber();

    [GeneratedRegex(@"(\D)(\d{1,2})[-‐−–ー](?=\d)")]
    private static partial Regex Hyphenated();
}
