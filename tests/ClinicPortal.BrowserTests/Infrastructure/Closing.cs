namespace ClinicPortal.BrowserTests.Infrastructure;

/// <summary>
/// The end of what a test has begun: a browser, a relay, a wire. It is waited for so long and no longer: what every step has passed is not undone by a
/// program that does not go, but whoever reads the results hears which one it was.
/// </summary>
public static class Closing
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="what">Named where it does not end.</param>
    /// <returns>Whether it has ended.</returns>
    public static async Task<bool> EndsAsync(string what, Func<Task> end)
    {
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            await end().WaitAsync(Patience);
            return true;
        }
        catch (Exception failure)
        {
            // The type and the first line: the rest is the call log of the browser's driver.
            TestContext.Current.AddWarning($"{what} has not ended after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s: {failure.GetType().Name} {failure.Message.Split('\n')[0]}");
            return false;
        }
    }
}
