using System.Reflection;
using System.Text.RegularExpressions;

namespace ClinicPortal.IntegrationTests.Web;

/// <summary>No pattern may keep a thread for ever, whatever somebody makes it read.</summary>
public sealed class RegexLimitTests
{
    [Fact]
    public void EveryPatternOfThePortal_HasALimit()
    {
        var patterns = typeof(Program).Assembly.GetTypes()
            .SelectMany(type => type.GetMembers(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(member => member.GetCustomAttribute<GeneratedRegexAttribute>() is not null)
            .Select(member => (Name: $"{member.DeclaringType}.{member.Name}", Regex: (Regex)(member is MethodInfo method ? method.Invoke(null, null) : ((PropertyInfo)member).GetValue(null))!))
            .ToList();

        Assert.NotEmpty(patterns);
        Assert.Equal([], patterns.Where(p => p.Regex.MatchTimeout == Regex.InfiniteMatchTimeout && !p.Regex.Options.HasFlag(RegexOptions.NonBacktracking)).Select(p => p.Name));
    }

    [Fact]
    public void PatternThatRunsAway_IsStopped() =>
        Assert.Throws<RegexMatchTimeoutException>(() => Regex.IsMatch(new string('a', 40) + "!", "^(a+)+$"));
}
