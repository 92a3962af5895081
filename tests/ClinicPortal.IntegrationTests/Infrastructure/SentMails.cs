using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ClinicPortal.Modules.Notifications.Contracts;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>Stands where the mail server would: keeps every mail that the portal sends.</summary>
public sealed partial class SentMails : IMailGateway
{
    private readonly ConcurrentQueue<Mail> sent = [];
    private TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>In the order in which they were sent; what was delivered twice counts once.</summary>
    public IEnumerable<Mail> To(string address) => sent.Where(m => m.To == address).DistinctBy(m => m.Id);

    public Task SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        sent.Enqueue(mail);
        Interlocked.Exchange(ref arrival, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return Task.CompletedTask;
    }

    /// <summary>Waits for the given number of different mails to an address, and returns the last.</summary>
    public async Task<Mail> LastToAsync(string address, int count = 1)
    {
        while (true)
        {
            var next = Volatile.Read(ref arrival).Task;
            if (To(address).ToList() is { } mails && mails.Count >= count)
            {
                return mails[^1];
            }
            await next.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The address of the portal in a mail.</summary>
    public static Uri LinkIn(Mail mail) => LinkIn(mail.Text);

    public static Uri LinkIn(string text) => new(Link().Match(text).Value);

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Link();
}
