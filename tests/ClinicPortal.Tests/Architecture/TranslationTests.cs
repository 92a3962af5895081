using System.Text.RegularExpressions;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Tests.Architecture;

/// <summary>Every word that people read is there, in Japanese and in English.</summary>
public sealed partial class TranslationTests
{
    [Fact]
    public void EveryResource_HasTheSameKeysInBothLanguages() => Violations.None(
        from words in Words.All
        from key in words.Japanese.Keys.Union(words.English.Keys)
        where !words.Japanese.ContainsKey(key) || !words.English.ContainsKey(key)
        select $"{words}: {key}");

    [Fact]
    public void EveryText_HasTheSamePlaceholdersInBothLanguages() => Violations.None(
        from words in Words.All
        from key in words.Japanese.Keys.Intersect(words.English.Keys)
        where !Placeholders(words.Japanese[key]).SetEquals(Placeholders(words.English[key]))
        select $"{words}: {key}");

    [Fact]
    public void NoText_IsEmpty() => Violations.None(
        from words in Words.All
        from text in words.Japanese.Concat(words.English)
        where string.IsNullOrWhiteSpace(text.Value)
        select $"{words}: {text.Key}");

    /// <summary>An English word left where the Japanese belongs; units, codes and names are the same in both.</summary>
    [Fact]
    public void JapaneseText_IsNotTheEnglishOne() => Violations.None(
        from words in Words.All
        from text in words.Japanese
        where text.Value == words.English.GetValueOrDefault(text.Key) && EnglishWord().IsMatch(text.Value)
        select $"{words}: {text.Key} = {text.Value}");

    [Fact]
    public void EnglishText_HasNoJapaneseLeftInIt() => Violations.None(
        from words in Words.All
        from text in words.English
        where Kana().IsMatch(text.Value) && text.Value != words.Japanese.GetValueOrDefault(text.Key)
        select $"{words}: {text.Key} = {text.Value}");

    [Fact]
    public void EveryTextLookedUp_IsThere() => Violations.None(
        from use in LookUp.All
        where !use.IsPattern && !Words.Of(use.Resource).Japanese.ContainsKey(use.Key)
        select $"{use.Path}: {use.Resource} has no {use.Key}");

    /// <summary><c>T[$"CaseStatus.{status}"]</c> needs a text for every value of the enum CaseStatus.</summary>
    [Fact]
    public void EveryTextLookedUpByPattern_IsThere() => Violations.None(
        from use in LookUp.All
        where use.IsPattern
        from key in KeysOf(use.Key)
        where !Words.Of(use.Resource).Japanese.Keys.Any(k => k.StartsWith(key, StringComparison.Ordinal))
        select $"{use.Path}: {use.Resource} has no {key}");

    [Fact]
    public void EveryRefusal_HasItsWords()
    {
        var known = SourceFile.CSharp.SelectMany(f => ErrorTexts().Matches(f.Code))
            .SelectMany(m => Words.Of(m.Groups[1].Value).Japanese.Keys).ToHashSet();

        Assert.NotEmpty(known);
        Violations.None(
            from file in SourceFile.CSharp
            from Match match in Refusal().Matches(file.Code)
            where !known.Contains(match.Groups["code"].Value)
            select $"{file.Path}: {match.Value}");
    }

    [Fact]
    public void LookUps_AreFound() => Assert.NotEmpty(LookUp.All);

    private static IEnumerable<string> KeysOf(string prefix) =>
        typeof(PortalSession).Assembly.GetTypes().Where(t => t.IsEnum && t.Name + "." == prefix).SelectMany(Enum.GetNames)
            .Select(name => prefix + name).DefaultIfEmpty(prefix);

    private static HashSet<string> Placeholders(string text) => [.. Placeholder().Matches(text).Select(m => m.Value)];

    [GeneratedRegex(@"\{\d+")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"[A-Za-z][a-z]{3,}\s+[a-z]{2,}")]
    private static partial Regex EnglishWord();

    [GeneratedRegex(@"[\p{IsHiragana}\p{IsKatakana}]")]
    private static partial Regex Kana();

    [GeneratedRegex(@"AddErrorTexts<(\w+)>\(\)")]
    private static partial Regex ErrorTexts();

    [GeneratedRegex(@"(?:Error\.(?:NotFound|Forbidden|Conflict)\(|Error\.OnField\([^,()""]*(?:""[^""]*"")?[^,()]*,\s*|new Error\()""(?<code>[^""]+)""")]
    private static partial Regex Refusal();
}
