namespace ClinicPortal.Tests.Architecture;

/// <summary>Says every violation in full; xunit would cut each after fifty letters.</summary>
internal static class Violations
{
    public static void None(IEnumerable<string> found)
    {
        var all = found.Distinct().ToList();
        Assert.True(all.Count == 0, $"{all.Count}:\n{string.Join('\n', all)}");
    }
}
