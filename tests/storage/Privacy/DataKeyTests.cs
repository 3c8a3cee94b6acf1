using System.Text;
using OrderOrchestration.Activities.Privacy;

namespace OrderOrchestration.Tests.Storage.Privacy;

/// <summary>AES-256-GCM with a nonce that follows from the value.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DataKeyTests
{
    private static readonly byte[] Value = Encoding.UTF8.GetBytes("\"홍길동\"");

    private readonly DataKey key = DataKey.Of("k", Enumerable.Repeat((byte)7, DataKey.Size).ToArray());

    [Test]
    public void What_a_key_encrypts_it_decrypts_and_nobody_else_does()
    {
        var text = key.Encrypt("recipient", Value);
        Assert.That(text, Does.StartWith("$p1.k.").And.Not.Contains("홍길동"));
        Assert.That(key.Decrypt("recipient", Content(text)), Is.EqualTo(Value));
        Assert.That(DataKey.Of("k", DataKey.NewSecret()).Decrypt("recipient", Content(text)), Is.Null);
    }

    [Test]
    public void A_value_belongs_to_its_field() => Assert.That(key.Decrypt("phone", Content(key.Encrypt("recipient", Value))), Is.Null);

    [Test]
    public void The_same_value_is_the_same_text_and_another_is_another()
    {
        Assert.That(key.Encrypt("recipient", Value), Is.EqualTo(key.Encrypt("recipient", Value)));
        Assert.That(key.Encrypt("recipient", Value), Is.Not.EqualTo(key.Encrypt("phone", Value)));
        Assert.That(key.Encrypt("recipient", Value), Is.Not.EqualTo(key.Encrypt("recipient", "\"other\""u8)));
        Assert.That(key.Encrypt("recipient", Value), Is.Not.EqualTo(DataKey.Of("k", DataKey.NewSecret()).Encrypt("recipient", Value)));
    }

    [Test]
    public void Any_bit_that_changed_is_noticed()
    {
        var content = Content(key.Encrypt("recipient", Value)).ToCharArray();
        for (var i = 0; i < content.Length - 1; i++)
        {
            var changed = (char[])content.Clone();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            Assert.That(key.Decrypt("recipient", changed), Is.Null, $"character {i}");
        }
    }

    [TestCase("")]
    [TestCase("AAAA")]
    [TestCase("not base64!")]
    public void What_nobody_encrypted_is_not_decrypted(string content) => Assert.That(key.Decrypt("recipient", content), Is.Null);

    [Test]
    public void A_destroyed_key_encrypts_nothing_and_says_that_there_was_something()
    {
        var erased = DataKey.Erased("k");
        Assert.That(erased.Encrypt("recipient", Value), Is.EqualTo("$p1.k."));
        Assert.That(erased.Decrypt("recipient", Content(key.Encrypt("recipient", Value))), Is.Null);
    }

    private static string Content(string text) => text[(text.LastIndexOf('.') + 1)..];
}
